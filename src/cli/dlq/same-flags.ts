import { withoutCredentials } from "../../support/credentials.ts";
import { quotedIfNeeded } from "../../support/shell-words.ts";
import type { GivenFlags } from "../command.ts";

/** The named flags as they were given, for a command to type next; empty when none was. No password is among them. */
export function sameFlags(given: GivenFlags, names: readonly string[]): string {
  return names
    .filter((name) => typeof given[name] === "string")
    .map((name) => ` --${name} ${quotedIfNeeded(withoutCredentials(given[name] as string))}`)
    .join("");
}
