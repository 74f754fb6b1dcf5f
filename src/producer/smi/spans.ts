import { millionths } from "../known.ts";
import { energyBetween } from "./energy.ts";
import type { SmiSpan } from "./event.ts";
import type { SmiSample } from "./sample.ts";

/** What a GPU did from `fromMs` to `toMs`. */
export type TimedSpan = SmiSpan & {
  readonly fromMs: number;
  readonly toMs: number;
  /** The card's own counter says how much energy it took. */
  readonly hasCounter: boolean;
};

export type SpanOptions = {
  /** A span is closed by the first sample after this time. */
  readonly spanMs: number;
  /** After a longer time between two samples nobody knows what happened, and a new span begins. */
  readonly gapMs: number;
};

export type SpanMeter = {
  /**
   * One more sample of the GPU; answers with the spans it ends. A first sample ends none, nor does one of the same time.
   *
   * @param hold let spans grow rather than end, because nobody takes them
   */
  add(sample: SmiSample, hold?: boolean): TimedSpan[];
  /** What was measured since the last span ended; a next sample begins anew. */
  end(): TimedSpan[];
  readonly lastMs: number | undefined;
};

/** The longest interval the event schema takes. */
const MAX_SPAN_MS = 86_400_000;

/** Adds the samples of one GPU up to spans that follow each other without a gap and never overlap. */
export function createSpanMeter(
  gpu: string,
  index: number,
  options: SpanOptions,
  onReset: () => void = () => {},
): SpanMeter {
  let last: SmiSample | undefined;
  let fromMs = 0;
  let sums = zero();

  const close = (): TimedSpan[] => {
    if (last === undefined || last.tsMs <= fromMs) return [];
    const heldMs = last.tsMs - fromMs;
    const span: TimedSpan = {
      ...{ gpu, index, fromMs, toMs: last.tsMs, last, hasCounter: sums.counted },
      intervalS: heldMs / 1000,
      utilization: sums.utilizedMs === 0 ? undefined : Math.min(1, millionths(sums.busyMs / sums.utilizedMs)),
      // Where power was unknown for a moment, it is taken to have been what it was else.
      energyJ: sums.energyMs === 0 ? undefined : millionths((sums.energyJ * heldMs) / sums.energyMs),
      isMeasured: sums.utilizedMs === heldMs && sums.energyMs === heldMs,
    };
    fromMs = last.tsMs;
    sums = zero();
    return [span];
  };
  const begin = (sample: SmiSample): void => {
    last = sample;
    fromMs = sample.tsMs;
    sums = zero();
  };

  return {
    get lastMs() {
      return last?.tsMs;
    },
    add: (sample, hold = false) => {
      if (last === undefined) {
        begin(sample);
        return [];
      }
      const tookMs = sample.tsMs - last.tsMs;
      if (tookMs === 0) return [];
      if (tookMs < 0 || tookMs > options.gapMs) {
        const ended = close();
        begin(sample);
        return ended;
      }
      const ended = sample.tsMs - fromMs > MAX_SPAN_MS ? close() : [];
      accumulate(sums, last, sample, tookMs);
      if (fell(last, sample)) onReset();
      last = sample;
      if (!hold && sample.tsMs - fromMs >= options.spanMs) ended.push(...close());
      return ended;
    },
    end: () => {
      const ended = close();
      last = undefined;
      return ended;
    },
  };
}

const zero = () => ({ busyMs: 0, utilizedMs: 0, energyJ: 0, energyMs: 0, counted: false });

/** The driver's utilisation looks back, so that of a sample counts for the time before it. */
function accumulate(
  sums: ReturnType<typeof zero>,
  before: SmiSample,
  after: SmiSample,
  tookMs: number,
): void {
  const { utilization, energyJ } = after.numbers;
  if (utilization !== undefined) {
    sums.busyMs += utilization * tookMs;
    sums.utilizedMs += tookMs;
  }
  const joules = energyBetween(before, after);
  if (joules !== undefined) {
    sums.energyJ += joules;
    sums.energyMs += tookMs;
  }
  sums.counted ||= energyJ !== undefined && before.numbers.energyJ !== undefined;
}

const fell = (before: SmiSample, after: SmiSample): boolean =>
  (after.numbers.energyJ ?? Number.POSITIVE_INFINITY) < (before.numbers.energyJ ?? 0);
