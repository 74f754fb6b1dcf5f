import { isOutage } from "../../../support/errors.ts";
import { commit, version } from "../../../support/version.ts";
import { endpoint, type Sources } from "../endpoint.ts";
import { noParameters } from "../schemas/nothing.ts";
import { statusSchema } from "../schemas/operations.ts";

export const status = endpoint({
  path: "/api/v1/status",
  summary: "Readiness, sources, release, and how good the data is",
  tag: "operations",
  query: noParameters,
  response: statusSchema,
  answer: async (_query, from) => ({
    version,
    commit,
    tokenRequired: from.tokenRequired,
    ...from.readiness(),
    sources: Object.entries(from.sources()).map(([name, { ok, detail, lastSuccessMs }]) => ({
      name,
      ok,
      detail,
      lastSuccess: lastSuccessMs === undefined ? null : new Date(lastSuccessMs).toISOString(),
    })),
    counts: from.counts() ?? null,
    ...(await dataQuality(from)),
  }),
});

async function dataQuality(from: Sources) {
  try {
    const { totals, notes } = await from.report({}, "model");
    return { quality: { token: totals.tokenQuality, gpu: totals.gpuQuality }, notes, problem: null };
  } catch (error) {
    if (!isOutage(error)) throw error;
    return { quality: { token: [], gpu: [] }, notes: [], problem: "The store cannot be read now." };
  }
}
