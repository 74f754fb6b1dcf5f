export type Schedule = {
  /** Events per second while a batch is given out. */
  readonly ratePerS: number;
  /** Events given out together. */
  readonly batch: number;
  /** Pause after each batch, seconds. */
  readonly sleepS: number;
};

/** When event `n` (from 0) is due, in ms after the start: evenly spaced, with the pause after every full batch. */
export function offsetMs(n: number, { ratePerS, batch, sleepS }: Schedule): number {
  return (n * 1000) / ratePerS + Math.floor(n / batch) * sleepS * 1000;
}

/** Events per second over whole batches: batch / (batch / rate + pause). */
export function effectiveRate({ ratePerS, batch, sleepS }: Schedule): number {
  return batch / (batch / ratePerS + sleepS);
}
