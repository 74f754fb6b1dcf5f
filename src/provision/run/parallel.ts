import { Ca3Error } from "../../support/errors.ts";
import { sideBySide } from "../../support/side-by-side.ts";

/** Works on all of them as `sideBySide` does, but throws all failures together when there are several. */
export async function inParallel<T>(
  atOnce: number,
  all: readonly T[],
  work: (one: T) => Promise<unknown>,
): Promise<void> {
  const failures: unknown[] = [];
  const noting = async (one: T) => {
    try {
      await work(one);
    } catch (error) {
      failures.push(error);
      throw error;
    }
  };
  await sideBySide(all, atOnce, noting).catch(() => {
    throw together(failures);
  });
}

/** One error with every different message; code and hint are the first one's. */
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
