import { rootCertificates } from "node:tls";
import { type Page, ScrapeError, scrape } from "./scrape.ts";
import { type ScrapeToken, tokenFor } from "./tokens.ts";

/** What it takes to read a page of metrics. */
export type Endpoint = {
  readonly url: string;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly tokens: readonly ScrapeToken[];
  /** PEM certificates that are trusted besides the usual ones. */
  readonly ca?: string;
  /** Reads a token file. */
  readonly readFile: (path: string) => string;
};

/** Reads the wanted samples of an endpoint. Rejects with a ScrapeError that says why not. */
export async function readEndpoint(
  endpoint: Endpoint,
  wanted: (name: string) => boolean,
  signal: AbortSignal,
): Promise<Page> {
  const { url, timeoutMs, maxBytes, ca } = endpoint;
  const token = tokenOf(endpoint);
  return scrape({
    ...{ url, timeoutMs, maxBytes, wanted, signal },
    ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
    ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
  });
}

function tokenOf({ url, tokens, readFile }: Endpoint): string | undefined {
  try {
    return tokenFor(url, tokens, readFile)?.reveal();
  } catch (error) {
    throw new ScrapeError("token_file", `${url}: cannot read its token: ${(error as Error).message}`);
  }
}

/** The machine that a URL names; this one for a loopback address. */
export function hostOf(url: string, thisHost: string): string {
  const name = new URL(url).hostname.replace(/^\[|\]$/g, "");
  return name === "localhost" || name === "::1" || /^127\./.test(name) ? thisHost : name;
}
