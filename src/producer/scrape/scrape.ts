import { lines } from "../../support/lines.ts";
import { parseLine, type Sample } from "./exposition.ts";

/** Why a page could not be used; also the label `reason` of `producer_scrape_errors_total`. */
export type ScrapeFailure =
  | "unreachable"
  | "timeout"
  | "tls"
  | "unauthorized"
  | "http_error"
  | "too_large"
  | "not_metrics"
  | "wrong_page"
  | "token_file";

/** A reading that failed; `reason` is the label of `producer_scrape_errors_total`. */
export class ScrapeError extends Error {
  constructor(
    readonly reason: ScrapeFailure,
    message: string,
  ) {
    super(message);
    this.name = "ScrapeError";
  }
}

export type ScrapeOptions = {
  readonly url: string;
  /** Whole request, body included. */
  readonly timeoutMs: number;
  /** A body is read up to here, then given up. */
  readonly maxBytes: number;
  readonly wanted: (name: string) => boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** PEM certificates that are trusted, instead of the usual ones. */
  readonly ca?: readonly string[];
  readonly signal?: AbortSignal;
};
export type Page = {
  /** The wanted ones. */
  readonly samples: readonly Sample[];
  readonly bytes: number;
  /** All samples of the page. */
  readonly seen: number;
  /** Name of the first sample that was not wanted, which tells whose page it is. */
  readonly other?: string;
  /** Clock of the server when it answered, ms since the epoch, to the second. */
  readonly dateMs?: number;
};

/** Many times what a server with every card and model that fits it shows. */
const MAX_SAMPLES = 50_000;

/** Fetches a Prometheus page and keeps the wanted samples; memory is bounded by them. Rejects with a ScrapeError. */
export async function scrape(options: ScrapeOptions): Promise<Page> {
  const limit = AbortSignal.timeout(options.timeoutMs);
  const signal = options.signal ? AbortSignal.any([limit, options.signal]) : limit;
  try {
    const response = await fetch(options.url, {
      signal,
      headers: { accept: "text/plain;version=0.0.4", ...options.headers },
      redirect: "error",
      ...(options.ca ? { tls: { ca: [...options.ca] } } : {}),
    });
    if (!response.ok) throw refusal(response, options.url);
    return await read(response, options);
  } catch (error) {
    throw error instanceof ScrapeError ? error : nameFailure(error as Error, limit, options);
  }
}

async function read(response: Response, options: ScrapeOptions): Promise<Page> {
  const samples: Sample[] = [];
  let bytes = 0;
  let seen = 0;
  let malformed = 0;
  let other: string | undefined;
  const counted = async function* () {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > options.maxBytes) {
        throw new ScrapeError("too_large", `${options.url} sends more than ${options.maxBytes} bytes`);
      }
      yield chunk as Uint8Array;
    }
  };
  for await (const line of lines(counted())) {
    const outcome = parseLine(line, options.wanted);
    if (outcome === "comment") continue;
    if (outcome === "malformed") malformed++;
    else seen++;
    if (outcome === "not wanted") other ??= /^[\w:]+/.exec(line)?.[0];
    if (typeof outcome === "object") samples.push(outcome);
    if (samples.length > MAX_SAMPLES)
      throw new ScrapeError("too_large", `${options.url} has more than ${MAX_SAMPLES} samples to read`);
    if (malformed > 20 && malformed > seen) break;
  }
  if (malformed > 0 && malformed >= seen) {
    const type = response.headers.get("content-type") ?? "no content type";
    throw new ScrapeError("not_metrics", `${options.url} answers with ${type}, not with Prometheus metrics`);
  }
  const dateMs = Date.parse(response.headers.get("date") ?? "");
  return {
    ...{ samples, bytes, seen },
    ...(other === undefined ? {} : { other }),
    ...(Number.isNaN(dateMs) ? {} : { dateMs }),
  };
}

function refusal(response: Response, url: string): ScrapeError {
  const reason = response.status === 401 || response.status === 403 ? "unauthorized" : "http_error";
  return new ScrapeError(reason, `${url} answers ${response.status} ${response.statusText}`.trim());
}

function nameFailure(error: Error, limit: AbortSignal, options: ScrapeOptions): ScrapeError {
  const code = "code" in error ? String(error.code) : "";
  if (limit.aborted || error.name === "TimeoutError") {
    return new ScrapeError("timeout", `${options.url} gave no whole page within ${options.timeoutMs} ms`);
  }
  if (/CERT|TLS|SSL|SIGNED|ISSUER/i.test(code) || /certificate|ssl/i.test(error.message)) {
    return new ScrapeError("tls", `${options.url}: ${error.message}`);
  }
  if (/ECONNREFUSED|ConnectionRefused/.test(`${code} ${error.message}`))
    return new ScrapeError("unreachable", `nothing listens at ${options.url} (connection refused)`);
  return new ScrapeError("unreachable", `${options.url}: ${error.message}`);
}
