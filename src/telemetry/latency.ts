/** The times of a request that are kept as counts in fixed buckets: to the first token, per further token, in all. */
export const latencyNames = ["ttft", "tpot", "e2e"] as const;
export type LatencyName = (typeof latencyNames)[number];

/** Steps of a decade. Limits that people declare, such as 0.2, 0.5, 1 or 5 seconds, are bounds and so judged exactly. */
const STEPS = [1, 1.5, 2, 3, 5, 7.5] as const;

/** Upper bounds, inclusive, from `first` to `last`, whole powers of ten times a step. */
function bounds(first: number, last: number): readonly number[] {
  const all = [-3, -2, -1, 0, 1, 2, 3].flatMap((power) => STEPS.map((step) => Number(`${step}e${power}`)));
  return all.filter((bound) => bound >= first && bound <= last);
}

/**
 * Upper bounds of the buckets in seconds, as in Prometheus; what is above the last one is in one bucket more. They are
 * part of the event schema and of what is stored: never change one, or counts of before and after no longer add up.
 */
export const LATENCY_BOUNDS_S: Readonly<Record<LatencyName, readonly number[]>> = {
  ttft: bounds(0.01, 150),
  tpot: bounds(0.002, 2),
  e2e: bounds(0.1, 2000),
};

/** Where the buckets of each kind of time begin in one list of all of them. */
const START = {
  ttft: 0,
  tpot: LATENCY_BOUNDS_S.ttft.length + 1,
  e2e: LATENCY_BOUNDS_S.ttft.length + LATENCY_BOUNDS_S.tpot.length + 2,
} as const;
const LENGTH = START.e2e + LATENCY_BOUNDS_S.e2e.length + 1;

/**
 * Counts of all three kinds in one list, additive like any sum. Lists are shared, so nobody changes one that is not of
 * its own making.
 */
export type LatencyCounts = readonly number[];

export const noLatencies = (): number[] => new Array<number>(LENGTH).fill(0);

/** Adds to a list of one's own. */
export function countLatency(into: number[], name: LatencyName, seconds: number, times = 1): void {
  into[START[name] + bucketOf(name, seconds)]! += times;
}

/** Adds counts by bucket to a list of one's own; trailing zeros may be absent. */
export function addBuckets(into: number[], name: LatencyName, counts: readonly number[]): void {
  for (let at = 0; at < counts.length; at++) into[START[name] + at]! += counts[at]!;
}

/** The sum of two lists, either of which may be missing; neither is changed. */
export function sumLatencies(
  one: LatencyCounts | undefined,
  other: LatencyCounts | undefined,
): LatencyCounts | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Array.from({ length: LENGTH }, (_, at) => (one[at] ?? 0) + (other[at] ?? 0));
}

/** Parts of a list in proportion to weights, in whole counts that sum up to it exactly. */
export function splitLatencies(counts: LatencyCounts, weights: readonly number[]): LatencyCounts[] {
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const before = counts.map(() => 0);
  let running = 0;
  return weights.map((weight, part) => {
    running += weight;
    const share = part === weights.length - 1 ? 1 : running / whole;
    return counts.map((count, at) => {
      const end = Math.round(count * share);
      const own = end - before[at]!;
      before[at] = end;
      return own;
    });
  });
}

/** The buckets of one kind; empty when nothing of it was counted. */
export function bucketsOf(counts: LatencyCounts | undefined, name: LatencyName): readonly number[] {
  const part = counts?.slice(START[name], START[name] + LATENCY_BOUNDS_S[name].length + 1) ?? [];
  return part.some((count) => count > 0) ? part : [];
}

/** As text without trailing zeros and blanks. */
export function encodeLatencies(counts: LatencyCounts): string {
  let end = counts.length;
  while (end > 0 && counts[end - 1] === 0) end--;
  return counts.slice(0, end).join(",");
}

/** The sum of any number of encoded lists, separated by blanks. */
export function decodeLatencies(text: string | null): LatencyCounts | undefined {
  if (text === null || text === "") return undefined;
  const sum = noLatencies();
  for (const one of text.split(" ")) {
    const counts = one.split(",");
    for (let at = 0; at < counts.length; at++) sum[at]! += Number(counts[at]);
  }
  return sum;
}

function bucketOf(name: LatencyName, seconds: number): number {
  const list = LATENCY_BOUNDS_S[name];
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (seconds <= list[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}
