import { type Histogram, quantile } from "../histogram.ts";
import { bucketsOf, LATENCY_BOUNDS_S, type LatencyCounts, type LatencyName } from "../latency.ts";
import type { Figures } from "../report-model.ts";
import type { Tally } from "./tally.ts";

type Percentile = Extract<keyof Figures, `p${number}${string}`>;

/** Percentiles of each kind of time; null where nothing was counted. */
export function latencyPercentiles(latency: LatencyCounts | undefined): Pick<Figures, Percentile> {
  const of = (name: LatencyName) => {
    const histogram = { bounds: LATENCY_BOUNDS_S[name], counts: bucketsOf(latency, name) };
    return [at(histogram, 0.5), at(histogram, 0.95), at(histogram, 0.99)] as const;
  };
  const [p50TtftSeconds, p95TtftSeconds, p99TtftSeconds] = of("ttft");
  const [p50TpotSeconds, p95TpotSeconds, p99TpotSeconds] = of("tpot");
  const [p50LatencySeconds, p95LatencySeconds, p99LatencySeconds] = of("e2e");
  return {
    ...{ p50TtftSeconds, p95TtftSeconds, p99TtftSeconds },
    ...{ p50TpotSeconds, p95TpotSeconds, p99TpotSeconds },
    ...{ p50LatencySeconds, p95LatencySeconds, p99LatencySeconds },
  };
}

/** Six digits: more than a bucket can tell. */
function at(histogram: Histogram, share: number): number | null {
  const seconds = quantile(histogram, share);
  return seconds === null ? null : Number(seconds.toPrecision(6));
}

type Goodput = Pick<
  Figures,
  | "sloRequests"
  | "sloEstimatedRequests"
  | "goodRequests"
  | "sloMissedTtft"
  | "sloMissedTpot"
  | "sloMissedE2e"
  | "microUsdPerGoodRequest"
>;

/**
 * Good requests and what one costs ("what a good one costs" in `docs/cost.md`). Requests that could not be judged take their share of the cost
 * with them, else they would make the good ones look dear.
 */
export function goodput(tally: Tally, allocationMicroUsd: number): Goodput {
  const { sloRequests, goodRequests, requests } = tally;
  const judged = requests > 0 ? Math.min(1, sloRequests / requests) : 0;
  const priced = tally.heldMs > 0 && goodRequests > 0;
  return {
    sloRequests,
    sloEstimatedRequests: tally.sloEstimated,
    goodRequests,
    sloMissedTtft: tally.sloMissedTtft,
    sloMissedTpot: tally.sloMissedTpot,
    sloMissedE2e: tally.sloMissedE2e,
    microUsdPerGoodRequest: priced ? Math.round((allocationMicroUsd * judged) / goodRequests) : null,
  };
}
