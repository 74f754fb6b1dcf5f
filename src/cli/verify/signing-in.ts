import { Ca3Error } from "../../support/errors.ts";

/** Where a password comes from that somebody signs in with. */
export type Signed = {
  /** `namespace/name`. */
  readonly secret: string;
  /** What to do when it is refused. */
  readonly hint: string;
  /** A message in the names that people know, instead of those of tunnels. */
  readonly said?: (text: string) => string;
};

const REFUSED: ReadonlySet<string> = new Set(["CA3_LOG_CREDENTIALS", "CA3_STORE_CREDENTIALS"]);

/** Does something that signs in. A refusal is told with the Secret that the password comes from, and what to do about it. */
export async function signingIn<T>(
  { secret, hint, said = (text) => text }: Signed,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Ca3Error)) throw error;
    const { code, exitCode } = error;
    const refused = REFUSED.has(code);
    const message = said(
      refused ? `${error.message}; its password is that of Secret ${secret}` : error.message,
    );
    const next = refused ? hint : error.hint;
    throw new Ca3Error(code, message, {
      exitCode,
      cause: error,
      ...(next === undefined ? {} : { hint: next }),
    });
  }
}
