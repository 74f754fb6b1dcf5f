import type { Clock } from "../../support/clock.ts";
import { Ca3Error } from "../../support/errors.ts";

/** As long as a rebalance, a pod that ends, or an API server that starts again may take, ms. */
const PATIENCE_MS = 30_000;
const AGAIN_MS = 500;

/**
 * A question that is asked again and again while pods come and go. When no answer comes, the one before stands in for it,
 * for half a minute; then, or when there is none yet, it rejects. So does what is a mistake of ours at once.
 */
export function patient<T>(clock: Clock, signal: AbortSignal, ask: () => Promise<T>): () => Promise<T> {
  let last: { readonly answer: T; readonly atMs: number } | undefined;
  return async () => {
    try {
      const answer = await ask();
      last = { answer, atMs: clock.now() };
      return answer;
    } catch (error) {
      const stands = error instanceof Ca3Error && last !== undefined && clock.now() - last.atMs < PATIENCE_MS;
      if (last !== undefined && (stands || signal.aborted)) return last.answer;
      throw error;
    }
  };
}

/** Does something that may be done twice until it has worked once, for as long; then it rejects. Undefined when stopped. */
export async function persistent<T>(
  clock: Clock,
  signal: AbortSignal,
  act: () => Promise<T>,
): Promise<T | undefined> {
  const startMs = clock.now();
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (signal.aborted) return undefined;
      if (!(error instanceof Ca3Error) || clock.now() - startMs > PATIENCE_MS) throw error;
      await clock.sleep(AGAIN_MS, signal);
    }
  }
}
