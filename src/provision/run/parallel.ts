import { Ca3Error } from "../../support/errors.ts";

/**
 * Works on all of them, at most so many at a time, and begins no more after one has failed; ends when all that were begun
 * have ended. Throws what failed, together when that is several things.
 */
export async function inParallel<T>(
  atOnce: number,
  all: readonly T[],
  work: (one: T) => Promise<unknown>,
): Promise<void> {
  const queue = [...all];
  const errors: unknown[] = [];
  const worker = async () => {
    for (let one = queue.shift(); one !== undefined && errors.length === 0; one = queue.shift())
      await work(one).catch((error: unknown) => errors.push(error));
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, all.length) }, worker));
  if (errors.length > 0) throw together(errors);
}

function together(errors: readonly unknown[]): unknown {
  const [first] = errors;
  if (!(first instanceof Ca3Error)) return first;
  const messages = [...new Set(errors.map((error) => (error as Error).message))];
  if (messages.length === 1) return first;
  const { code, hint, exitCode, cause } = first;
  const options = {
    exitCode,
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  };
  return new Ca3Error(code, messages.join("\n"), options);
}
