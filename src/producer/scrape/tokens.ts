import { Secret } from "../../support/secret.ts";
import type { ValueType } from "../../support/setting-types.ts";
import { globMatches } from "../join/glob.ts";

/** A bearer token for the endpoints that a pattern fits, or the file it stands in. */
export type ScrapeToken = {
  readonly endpoint: string;
  readonly from: { readonly token: Secret } | { readonly file: string };
};

/**
 * Lines of an endpoint and its token, or a token alone for all endpoints. `@FILE` names a file that holds the token and
 * is read at each use, so that tokens can be renewed. Lines may also be separated by `;`.
 */
export const scrapeTokens: ValueType<readonly ScrapeToken[]> = {
  schema: { type: "string", minLength: 1 },
  parse: (raw) => {
    if (typeof raw !== "string")
      return { problem: "expected a token, or lines of an endpoint and its token" };
    const lines = raw
      .split(/[\n;]/)
      .map((line) => line.trim())
      .filter((line) => line !== "" && !line.startsWith("#"));
    const tokens: ScrapeToken[] = [];
    for (const line of lines) {
      const words = line.split(/\s+/);
      const word = words.at(-1)!;
      if (words.length > 2) return { problem: "a line holds an endpoint and its token, and nothing more" };
      if (!/^[\x21-\x7e]+$/.test(word)) return { problem: "a token holds visible ASCII characters only" };
      const from = word.startsWith("@") ? { file: word.slice(1) } : { token: new Secret(word) };
      tokens.push({ endpoint: words.length === 2 ? words[0]! : "*", from });
    }
    return tokens.length > 0 ? { value: tokens } : { problem: "expected a token" };
  },
};

/** The token for an endpoint: of the first line whose pattern fits. Throws what reading its file throws. */
export function tokenFor(
  url: string,
  tokens: readonly ScrapeToken[],
  readFile: (path: string) => string,
): Secret | undefined {
  const found = tokens.find(({ endpoint }) => globMatches(endpoint, url));
  if (found === undefined) return undefined;
  return "token" in found.from ? found.from.token : new Secret(readFile(found.from.file).trim());
}
