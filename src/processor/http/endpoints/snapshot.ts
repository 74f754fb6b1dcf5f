import { isOutage } from "../../../support/errors.ts";
import type { Sums } from "../../../telemetry/rollup.ts";
import { endpoint, type Sources } from "../endpoint.ts";
import { noParameters } from "../schemas/nothing.ts";
import { snapshotSchema } from "../schemas/operations.ts";
import { seriesMetrics } from "../series/metrics.ts";
import { freshnessByKind, lagOrNothing, totalLag } from "./freshness.ts";
import { recentRollups } from "./recent.ts";

const RATES_WINDOW_S = 60;

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
  const [stored, partitions] = await Promise.all([readStore(from), lagOrNothing(from.lag)]);
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

async function readStore(from: Sources) {
  const { store, clock } = from;
  try {
    const freshness = await store.freshness();
    const [{ totals, notes }, recent, letters] = await Promise.all([
      from.report({}, "model"),
      recentRollups(store, freshness, clock.now(), RATES_WINDOW_S),
      store.countDeadLetters(),
    ]);
    const rates = recent ? ratesOf(recent.row.sums, recent.toMs) : null;
    const open = letters.filter((one) => one.state === "open");
    const openDeadLetters = open.reduce((sum, one) => sum + one.count, 0);
    return { totals, notes, rates, freshness, openDeadLetters, problem: null };
  } catch (error) {
    if (!isOutage(error)) throw error;
    const problem = "The store cannot be read now.";
    return { totals: null, notes: [], rates: null, freshness: [], openDeadLetters: null, problem };
  }
}

function ratesOf(sums: Readonly<Sums>, toMs: number) {
  const of = (name: keyof typeof seriesMetrics) => seriesMetrics[name].of(sums, RATES_WINDOW_S) ?? 0;
  return {
    asOf: new Date(toMs).toISOString(),
    windowSeconds: RATES_WINDOW_S,
    inputTokensPerSecond: of("inputTokensPerSecond"),
    outputTokensPerSecond: of("outputTokensPerSecond"),
    requestsPerSecond: sums.requests / RATES_WINDOW_S,
    usedMicroUsdPerHour: of("usedMicroUsdPerHour"),
    idleMicroUsdPerHour: of("idleMicroUsdPerHour"),
    powerWatts: of("powerWatts"),
    gpus: of("gpus"),
  };
}
