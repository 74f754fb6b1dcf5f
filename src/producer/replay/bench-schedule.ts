import type { BenchResult } from "./bench-result.ts";

export type BenchSchedule = {
  /** Seconds from the end of each request to the end of the benchmark, by index of the request. */
  readonly endsBeforeS: readonly number[];
  /** The result holds no start times, so they were worked out. */
  readonly isEstimated: boolean;
};

/**
 * When each request ended, counted back from the end of the benchmark, the only moment of which the wall clock is known.
 *
 * Newer results hold start times. For older ones the load generator is run again on paper: requests are sent at the
 * request rate, no more than the maximum concurrency at a time, and each takes the latency that was measured.
 */
export function benchSchedule(result: BenchResult): BenchSchedule {
  const { requests } = result;
  const starts = requests.map(({ startS }) => startS);
  const isEstimated = starts.some((start) => start === undefined);
  const ends = isEstimated
    ? simulatedEnds(result)
    : requests.map(({ latencyS = 0 }, at) => starts[at]! + latencyS);
  const last = ends.reduce((latest, end) => Math.max(latest, end), Number.NEGATIVE_INFINITY);
  const limitS = isEstimated ? result.durationS : Number.POSITIVE_INFINITY;
  return { endsBeforeS: ends.map((end) => Math.min(last - end, limitS)), isEstimated };
}

function simulatedEnds({ requests, requestRate, maxConcurrency }: BenchResult): number[] {
  /** When each slot is free again; only as many as are needed. */
  const slots: number[] = [];
  return requests.map(({ latencyS = 0 }, at) => {
    const sent = requestRate === Number.POSITIVE_INFINITY ? 0 : at / requestRate;
    if (slots.length < maxConcurrency) {
      slots.push(sent + latencyS);
      return sent + latencyS;
    }
    const free = slots.indexOf(slots.reduce((earliest, end) => Math.min(earliest, end)));
    const end = Math.max(sent, slots[free]!) + latencyS;
    slots[free] = end;
    return end;
  });
}
