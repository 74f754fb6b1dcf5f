import type { TokenEvent } from "./events.ts";
import { observations } from "./histogram.ts";
import { addBuckets, countLatency, noLatencies } from "./latency.ts";
import type { Sums } from "./rollup.ts";
import { judge, type Slo, timesOf } from "./slo.ts";

/** An interval brings its counts; a request is counted at its own times. */
export function addLatencies(into: Sums, event: TokenEvent): void {
  if (event.kind === "interval") {
    const { ttft_counts: ttft, tpot_counts: tpot, e2e_counts: e2e } = event;
    if (ttft) addBuckets(countsOf(into), "ttft", ttft);
    if (tpot) addBuckets(countsOf(into), "tpot", tpot);
    if (e2e) addBuckets(countsOf(into), "e2e", e2e);
    return;
  }
  if (event.latency_s === undefined && event.ttft_s === undefined && event.tpot_s === undefined) return;
  const { ttft, tpot, e2e } = timesOf(event);
  if (ttft !== undefined) countLatency(countsOf(into), "ttft", ttft, event.requests);
  if (tpot !== undefined && tpot > 0) countLatency(countsOf(into), "tpot", tpot, event.requests);
  if (e2e !== undefined) countLatency(countsOf(into), "e2e", e2e, event.requests);
}

/** Judges the requests by what was promised and counts the verdict. */
export function addVerdict(into: Sums, event: TokenEvent, slo: Slo): void {
  const { judged, good, missed, estimated } = judge(event, slo);
  into.sloRequests += judged;
  if (estimated) into.sloEstimated += judged;
  into.goodRequests += good;
  into.sloMissedTtft += missed.ttft;
  into.sloMissedTpot += missed.tpot;
  into.sloMissedE2e += missed.e2e;
}

const countsOf = (into: Sums): number[] => {
  into.latency ??= noLatencies();
  return into.latency as number[];
};

/** Times of an interval are summed over the requests that were counted by time, where they were. */
export const countedIn = (counts: readonly number[] | undefined): number | undefined =>
  counts && observations({ counts });
