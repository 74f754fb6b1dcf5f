/** Works on all of them, at most so many at a time; ends when all have ended, then throws the first error. */
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
  if (errors.length > 0) throw errors[0];
}
