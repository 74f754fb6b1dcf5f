const POLL_MS = 5;
/** Long enough for a busy machine, and shorter than a test may take, so that the failure says what was waited for. */
const PATIENCE_MS = 50_000;

/** Waits until `met` holds; what it throws meanwhile counts as not yet. Fails naming what it waited for. */
export async function until(
  what: string,
  met: () => boolean | Promise<boolean>,
  patienceMs: number = PATIENCE_MS,
  pollMs: number = POLL_MS,
): Promise<void> {
  let failure: unknown;
  for (const endMs = Date.now() + patienceMs; Date.now() < endMs; await Bun.sleep(pollMs))
    try {
      if (await met()) return;
      failure = undefined;
    } catch (error) {
      failure = error;
    }
  throw new Error(`waited in vain until ${what}`, { cause: failure });
}

/** The same for a condition that speaks for itself. */
export const untilMet = (met: () => boolean): Promise<void> => until(`${met}`, met);

/** Looks again until what is seen is what is waited for, and answers with it; a failure names what was seen last. */
export async function untilSeen<T>(look: () => T | Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  for (const endMs = Date.now() + PATIENCE_MS; ; await Bun.sleep(POLL_MS)) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > endMs) throw new Error(`still ${JSON.stringify(seen)}`);
  }
}
