import { withoutCredentials } from "../../support/credentials.ts";
import type { GivenFlags } from "../command.ts";

/** The named flags as they were given, for a command to type next; empty when none was. No password is among them. */
export function sameFlags(given: GivenFlags, names: readonly string[]): string {
  return names
    .filter((name) => typeof given[name] === "string")
    .map((name) => ` --${name} ${quoted(withoutCredentials(given[name] as string))}`)
    .join("");
}

/** A word that a POSIX shell reads as it stands, or in single quotes. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
