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
  const { totals, notes, problem } = await from.stored();
  return { quality: { token: totals?.tokenQuality ?? [], gpu: totals?.gpuQuality ?? [] }, notes, problem };
}
