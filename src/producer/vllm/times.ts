import { type Histogram, observations, rebucket } from "../../telemetry/histogram.ts";
import { LATENCY_BOUNDS_S, type LatencyName } from "../../telemetry/latency.ts";
import { addPending, inProportion, nothingPending, type Pending, takePending } from "./pending.ts";
import type { Work } from "./work.ts";

/** What was observed of requests that have not ended yet. */
export type PendingTimes = { readonly ttft: Pending; readonly perToken: Pending };
export const noPendingTimes: PendingTimes = { ttft: nothingPending, perToken: nothingPending };

/** Times of the requests that ended; what the server does not tell is absent. */
export type Times = {
  readonly ttftCounts?: readonly number[];
  readonly tpotCounts?: readonly number[];
  readonly e2eCounts?: readonly number[];
  /** Summed over the requests counted by that time. */
  readonly ttftS?: number;
  readonly latencyS?: number;
  /** Mean per token. */
  readonly tpotS?: number;
};

/**
 * The times of an interval. Servers that time each token instead of each request show one distribution for all tokens;
 * it stands for the requests that ended, so that a long answer counts as one.
 */
export function timesOf(
  work: Work,
  requests: number,
  before: PendingTimes,
): { readonly times: Times; readonly pending: PendingTimes } {
  const waiting = addPending(before.ttft, counted(work, "ttft", "ttft"), work.sums.ttft ?? 0);
  const ttft = takePending(waiting, requests);
  const perRequest = counted(work, "tpot", "tpot");
  const tokens = addPending(before.perToken, counted(work, "itl", "tpot"), work.sums.itl ?? 0);
  const perToken = requests > 0 && total(tokens.counts) > 0 ? inProportion(tokens.counts, requests) : [];
  const tpotCounts = total(perRequest) > 0 ? perRequest : perToken;
  const e2eCounts = counted(work, "e2e", "e2e");
  const tpotS = mean(work.sums.tpot, work.observed.tpot) ?? mean(work.sums.itl, work.observed.itl);
  return {
    times: {
      ...(total(ttft.taken.counts) > 0
        ? { ttftCounts: trimmed(ttft.taken.counts), ttftS: ttft.taken.sumS }
        : {}),
      ...(total(tpotCounts) > 0 ? { tpotCounts: trimmed(tpotCounts) } : {}),
      ...(total(e2eCounts) > 0 ? { e2eCounts: trimmed(e2eCounts), latencyS: work.sums.e2e ?? 0 } : {}),
      ...(tpotS === undefined ? {} : { tpotS }),
    },
    pending: { ttft: ttft.rest, perToken: requests > 0 ? nothingPending : tokens },
  };
}

function counted(work: Work, field: "ttft" | "tpot" | "itl" | "e2e", as: LatencyName): readonly number[] {
  const bounds = LATENCY_BOUNDS_S[as];
  return (work.histograms[field] ?? [])
    .map((histogram: Histogram) => rebucket(histogram, bounds))
    .reduce<readonly number[]>((sum, counts) => counts.map((count, at) => count + (sum[at] ?? 0)), []);
}

const total = (counts: readonly number[]): number => observations({ counts });

const mean = (sum: number | undefined, count: number | undefined): number | undefined =>
  sum !== undefined && count !== undefined && count > 0 ? sum / count : undefined;

function trimmed(counts: readonly number[]): readonly number[] {
  const end = counts.findLastIndex((count) => count > 0) + 1;
  return counts.slice(0, end);
}
