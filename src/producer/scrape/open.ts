import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Ca3Error } from "../../support/errors.ts";
import type { ProducerSettings } from "../config.ts";
import type { Endpoint } from "./endpoint.ts";

type ScrapeSettings = Pick<
  ProducerSettings,
  "scrapeTimeoutMs" | "scrapeMaxBytes" | "scrapeTokens" | "scrapeCaFile"
>;

/** How the endpoint of a URL is read, by the settings. Throws CA3_FILE when the certificates cannot be read. */
export function endpointOf(url: string, settings: ScrapeSettings, cwd: string): Endpoint {
  const readFile = (path: string) => readFileSync(resolve(cwd, path), "utf8");
  const { scrapeCaFile } = settings;
  return {
    url,
    timeoutMs: settings.scrapeTimeoutMs,
    maxBytes: settings.scrapeMaxBytes,
    tokens: settings.scrapeTokens ?? [],
    readFile,
    ...(scrapeCaFile === undefined ? {} : { ca: certificates(scrapeCaFile, readFile) }),
  };
}

function certificates(path: string, readFile: (path: string) => string): string {
  try {
    const text = readFile(path);
    if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
    throw new Error("it holds no certificate in PEM");
  } catch (cause) {
    throw new Ca3Error("CA3_FILE", `cannot read the certificates ${path}: ${(cause as Error).message}`, {
      hint: "set producer.scrape.caFile to a PEM file",
      cause,
    });
  }
}

/** The URLs that a source needs; throws a usage error that names the flag when there are none. */
export function requireUrls(
  urls: readonly string[] | undefined,
  source: string,
  flag: string,
): readonly string[] {
  if (urls !== undefined) return urls;
  throw new Ca3Error("CA3_USAGE", `the source ${source} needs an endpoint`, { hint: `add --${flag} URL` });
}

/** Tells one run of a source from the others. */
export const newBootId = (): string => randomUUID();
