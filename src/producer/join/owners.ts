/** A source that has a reading of a GPU which stands for the span from `fromMs` to `toMs`. */
export type GpuClaim = {
  /** UUID of the physical card, also for one that is divided. */
  readonly gpu: string;
  /** Name of the source, unique in the process. */
  readonly source: string;
  /** The source has the card's own energy counter, not only samples of its power. */
  readonly energyCounter: boolean;
  /** Equal to `toMs` for a first reading, which stands for no time yet. */
  readonly fromMs: number;
  readonly toMs: number;
};

export type GpuRuling =
  /** Count the reading from `fromMs` on; what lies before it is counted already. */
  | { readonly counts: true; readonly fromMs: number }
  /** Leave it out: this source counts the GPU. */
  | { readonly counts: false; readonly by: string };

/** Decides which of the sources that see a GPU counts it, so that no second of it is counted twice. */
export type GpuOwners = {
  claim(claim: GpuClaim): GpuRuling;
  /** The source no longer sees the GPU, or, without one, cannot be read at all; the others may take over at once. */
  release(source: string, gpu?: string): void;
};

type Candidate = { readonly energyCounter: boolean; readonly spanMs: number; readonly seenMs: number };

/** A source that is silent for this many of its intervals has lost the GPU, even if it did not say so. */
const SILENT_INTERVALS = 3;
/** Time that was counted this far in the future was counted by a clock that has been set back since. */
const CLOCK_STEP_MS = 60_000;

/**
 * One ledger for all sources of a process. The owner of a GPU is, among the sources that have a span to count: one with
 * an energy counter before one without, then in the order in which sources are configured. When the owner is released or
 * falls silent, the next one goes on where it stopped; when a better one comes, it begins there too.
 *
 * @param order names of the sources, the preferred ones first
 */
export function createGpuOwners(order: readonly string[] = []): GpuOwners {
  const seen = new Map<string, Map<string, Candidate>>();
  const countedUntilMs = new Map<string, number>();
  const place = (source: string) => (order.includes(source) ? order.indexOf(source) : order.length);

  const ownerOf = (candidates: ReadonlyMap<string, Candidate>, nowMs: number): string | undefined =>
    [...candidates]
      .filter(([, { spanMs, seenMs }]) => spanMs > 0 && nowMs - seenMs <= SILENT_INTERVALS * spanMs)
      .sort(
        ([a, one], [b, other]) =>
          Number(other.energyCounter) - Number(one.energyCounter) || place(a) - place(b) || compare(a, b),
      )[0]?.[0];
  const uncounted = (gpu: string, fromMs: number, toMs: number): number => {
    const untilMs = countedUntilMs.get(gpu) ?? fromMs;
    return untilMs > toMs + CLOCK_STEP_MS ? fromMs : Math.min(toMs, Math.max(fromMs, untilMs));
  };

  return {
    claim: ({ gpu, source, energyCounter, fromMs, toMs }) => {
      const candidates = seen.get(gpu) ?? new Map<string, Candidate>();
      seen.set(gpu, candidates);
      candidates.set(source, { energyCounter, spanMs: toMs - fromMs, seenMs: toMs });
      const owner = ownerOf(candidates, toMs) ?? source;
      if (owner !== source) return { counts: false, by: owner };
      const from = uncounted(gpu, fromMs, toMs);
      if (toMs > fromMs) countedUntilMs.set(gpu, toMs);
      return { counts: true, fromMs: from };
    },
    release: (source, gpu) => {
      if (gpu !== undefined) seen.get(gpu)?.delete(source);
      else for (const candidates of seen.values()) candidates.delete(source);
    },
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
