import { endpoint, type Sources } from "../endpoint.ts";
import { noParameters } from "../schemas/nothing.ts";
import { snapshotSchema } from "../schemas/operations.ts";
import { freshnessByKind, totalLag } from "./freshness.ts";

export const snapshot = endpoint({
  path: "/api/v1/snapshot",
  summary: "The state of the whole pipeline in one answer",
  details: "`/api/v1/stream` sends the same whenever it changes.",
  tag: "operations",
  query: noParameters,
  response: snapshotSchema,
  answer: (_query, from) => takeSnapshot(from),
});

/** Nothing in it moves by itself, so that two are equal when nothing happened. An outage leaves gaps and says so. */
export async function takeSnapshot(from: Sources) {
  const { readiness, topics, counts } = from;
  const [stored, partitions] = await Promise.all([from.stored(), from.lag()]);
  const { ready, checks } = readiness();
  return {
    ready,
    checks,
    totals: stored.totals,
    rates: stored.rates,
    notes: stored.notes,
    freshness: freshnessByKind(stored.freshness, partitions, topics),
    lag: totalLag(partitions),
    openDeadLetters: stored.openDeadLetters,
    counts: counts() ?? null,
    problem: stored.problem,
  };
}
