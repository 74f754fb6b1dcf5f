import { Ca3Error } from "../../support/errors.ts";

/** Where a password, and the CA of servers, come from that somebody signs in with. */
export type Signed = {
  /** `namespace/name`. */
  readonly secret: string;
  /** What to do when it is refused. */
  readonly hint: string;
  /** What comes from there; the password when nothing is said. */
  readonly uses?: { readonly password: boolean; readonly ca: boolean };
  /** A message in the names that people know, instead of those of tunnels. */
  readonly said?: (text: string) => string;
};

const REFUSED: ReadonlySet<string> = new Set(["CA3_LOG_CREDENTIALS", "CA3_STORE_CREDENTIALS"]);
const PASSWORD_ONLY = { password: true, ca: false };

/** Does something that signs in. A refusal is told with the Secret that the password comes from, and what to do about it. */
export async function signingIn<T>(
  { secret, hint, uses = PASSWORD_ONLY, said = (text) => text }: Signed,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Ca3Error)) throw error;
    const { code, exitCode } = error;
    const held =
      uses.password && REFUSED.has(code)
        ? "password is that"
        : uses.ca && code === "CA3_LOG_TLS"
          ? "CA is that"
          : undefined;
    const message = said(
      held === undefined ? error.message : `${error.message}; its ${held} of Secret ${secret}`,
    );
    const next = held === undefined ? error.hint : hint;
    throw new Ca3Error(code, message, {
      exitCode,
      cause: error,
      ...(next === undefined ? {} : { hint: next }),
    });
  }
}
