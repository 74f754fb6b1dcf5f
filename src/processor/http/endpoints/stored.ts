import { isOutage } from "../../../support/errors.ts";
import type { Sums } from "../../../telemetry/rollup.ts";
import type { Sources } from "../endpoint.ts";
import { seriesMetrics } from "../series/metrics.ts";
import { recentRollups } from "./recent.ts";

const RATES_WINDOW_S = 60;

/** What the store says of all telemetry at once. */
export type Stored = Awaited<ReturnType<typeof readStored>>;

/** Where nothing can be said, and why. */
export const unknownStored = (problem: string) => ({
  ...{ totals: null, notes: [], rates: null, freshness: [], openDeadLetters: null },
  problem,
});

/** Reads all of it; an outage is an answer that says so. */
export async function readStored(from: Pick<Sources, "store" | "clock" | "report">) {
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
    return unknownStored("The store cannot be read now.");
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
