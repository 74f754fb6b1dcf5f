/** A row that came later than this after it was printed did not wait in a pipe: one of the clocks was set. */
const MOST_DELAY_MS = 5_000;
/** How far apart two clocks may drift in a second, ms; more than any quartz does. */
const DRIFT_MS_PER_S = 1;

export type SampleTimes = {
  /**
   * When a sample was taken, by our clock.
   *
   * @param arrivedMs when its row was read, by our clock
   * @param printedMs what the row says; undefined when it says nothing that is a time
   */
  at(arrivedMs: number, printedMs: number | undefined): number;
  /** How far the clock of the rows is ahead of ours, ms; undefined before the first row with a time. */
  offsetMs(): number | undefined;
};

/**
 * Puts samples on our clock. nvidia-smi prints local time without a zone, and nobody knows whose clock that is, so what
 * counts is when a row arrives. But a row that had to wait, because this process was busy, arrives late; the printed
 * times tell by how much: the row that waited least shows how the clocks differ, and all others are set against it.
 */
export function createSampleTimes(): SampleTimes {
  let behindMs: number | undefined;
  let lastMs = 0;
  return {
    at: (arrivedMs, printedMs) => {
      if (printedMs === undefined) return arrivedMs;
      const differenceMs = arrivedMs - printedMs;
      const drift = (Math.max(0, arrivedMs - lastMs) / 1000) * DRIFT_MS_PER_S;
      const known = behindMs === undefined ? differenceMs : Math.min(differenceMs, behindMs + drift);
      const delayMs = differenceMs - known;
      const jumped = behindMs !== undefined && Math.abs(differenceMs - behindMs) > MOST_DELAY_MS;
      behindMs = jumped ? differenceMs : known;
      lastMs = arrivedMs;
      return jumped ? arrivedMs : arrivedMs - Math.round(delayMs);
    },
    offsetMs: () => (behindMs === undefined ? undefined : 0 - behindMs),
  };
}
