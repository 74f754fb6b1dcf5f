import type { SmiSample } from "../smi/sample.ts";
import { GAP_INTERVALS, gpuIdentity } from "../smi/sample.ts";
import type { RowPolicy } from "./row-problem.ts";
import { RowProblem } from "./row-problem.ts";
import type { Cursor } from "./trace.ts";

/** The longest interval the event schema takes, ms. */
const MAX_INTERVAL_MS = 86_400_000;
/** Intervals from the start of a log that tell how often it was sampled. */
const INTERVALS_FOR_MEDIAN = 10_000;

/** Two consecutive samples of one GPU, close enough to say what happened in between. */
export type SmiInterval = {
  readonly gpu: string;
  readonly index: number;
  readonly before: SmiSample;
  readonly after: SmiSample;
};

const namesNoGpu = ({ texts, index }: SmiSample): boolean =>
  (texts.uuid ?? texts.serial ?? texts.busId ?? index) === undefined;

/**
 * Pairs each sample with the one before it of the same GPU. The first sample of a GPU, and one after a gap longer than
 * `gapMs`, is only a baseline. Of two samples of a GPU with the same time the later one counts.
 */
export function intervals(
  samples: Cursor<SmiSample>,
  policy: RowPolicy,
  host: string,
  gapMs: number,
): Cursor<SmiInterval> {
  const known = new Map<string, { last: SmiSample; readonly index: number }>();
  return {
    get line() {
      return samples.line;
    },
    next: () => {
      for (;;) {
        const after = samples.next();
        if (after === undefined) return undefined;
        const gpu = gpuIdentity(after, host);
        const state = known.get(gpu);
        if (state === undefined) {
          known.set(gpu, { last: after, index: after.index ?? known.size });
          continue;
        }
        const before = state.last;
        if (before.tsMs === after.tsMs && namesNoGpu(after)) {
          const problem = "two rows have the same time, and no column (index, uuid) distinguishes their GPUs";
          policy.meet(new RowProblem("order", problem), samples.line, false);
          continue;
        }
        state.last = after;
        const tookMs = after.tsMs - before.tsMs;
        if (tookMs > 0 && tookMs <= Math.min(gapMs, MAX_INTERVAL_MS))
          return { gpu, index: after.index ?? state.index, before, after };
      }
    },
    close: () => samples.close(),
  };
}

/** Longest time between two samples that still counts as held, from how often the log was sampled at its start. */
export function gapLimitMs(samples: Cursor<SmiSample>, policy: RowPolicy, host: string): number {
  const all = intervals(samples, policy, host, MAX_INTERVAL_MS);
  const tookMs: number[] = [];
  for (let next = all.next(); next && tookMs.length < INTERVALS_FOR_MEDIAN; next = all.next())
    tookMs.push(next.after.tsMs - next.before.tsMs);
  if (tookMs.length === 0) return MAX_INTERVAL_MS;
  tookMs.sort((a, b) => a - b);
  return GAP_INTERVALS * tookMs[Math.floor(tookMs.length / 2)]!;
}
