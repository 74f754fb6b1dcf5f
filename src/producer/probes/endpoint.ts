import { Ca3Error } from "../../support/errors.ts";
import type { ProbeReport, SourceProbe } from "../probe.ts";
import { clockOffsetMs, clockRemark, staleRemark } from "../scrape/clock-skew.ts";
import { readEndpoint } from "../scrape/endpoint.ts";
import { endpointOf } from "../scrape/open.ts";
import { type Page, ScrapeError, type ScrapeFailure } from "../scrape/scrape.ts";
import { refuseForeign, type Tracker } from "../scrape/source.ts";
import type { OpenContext } from "../sources/registry.ts";

/** What to do about a page that cannot be read; `URL` stands for its address. */
const hints: Readonly<Record<ScrapeFailure, string>> = {
  unreachable: "look whether the server runs and can be reached from here: curl URL",
  timeout: "set producer.scrape.timeout higher, or look at the server: curl URL",
  tls: "set producer.scrape.caFile to the certificates that sign the server's",
  unauthorized: "set $CA3_SCRAPE_TOKENS or $CA3_SCRAPE_TOKENS_FILE",
  http_error: "look at the server: curl -i URL",
  too_large: "set producer.scrape.maxSize higher",
  not_metrics: "name the page with metrics; its path mostly is /metrics",
  wrong_page: "name the address of the server that is meant",
  token_file: "check the file and its permissions",
};

export type EndpointProbe = {
  readonly title: string;
  readonly url: string;
  readonly tracker: Tracker;
  /** What the page holds, besides what the tracker says of it. */
  readonly look: (page: Page) => Pick<ProbeReport, "gpus" | "models" | "fields" | "sample" | "problems">;
};

/** Reads a page of metrics once, the way its source does. */
export const endpointProbe = (
  { title, url, tracker, look }: EndpointProbe,
  { settings, clock, cwd = "." }: OpenContext,
): SourceProbe => ({
  title,
  probe: async (signal) => {
    const startMs = clock.now();
    const page = await readEndpoint(endpointOf(url, settings, cwd), tracker.wanted, signal)
      .then((read) => {
        refuseForeign(read, url, tracker);
        return read;
      })
      .catch((error: unknown) => {
        if (!(error instanceof ScrapeError)) throw error;
        throw new Ca3Error("CA3_SOURCE", error.message, { hint: hints[error.reason].replace("URL", url) });
      });
    const nowMs = clock.now();
    const { summary, remarks } = tracker.read(page, nowMs);
    const offsetMs = clockOffsetMs(page, nowMs);
    const found = look(page);
    const said = [...remarks, clockRemark(offsetMs), staleRemark(page, nowMs, offsetMs)];
    return {
      summary,
      ...found,
      ...(offsetMs === undefined ? {} : { clockOffsetMs: offsetMs }),
      facts: { page: `${page.seen} samples, ${page.bytes} bytes, in ${nowMs - startMs} ms` },
      problems: [
        ...found.problems,
        ...said.filter((one) => one !== undefined).map((message) => ({ severity: "warn" as const, message })),
      ],
    };
  },
});

/** Values of a page by their names, one of each, as they stand there. */
export function valuesOf(page: Page, most: number): Record<string, string> {
  const values: Record<string, string> = {};
  for (const { name, value } of page.samples) {
    if (Object.keys(values).length >= most) break;
    values[name] ??= String(value);
  }
  return values;
}
