import type { Clock } from "../../support/clock.ts";
import { formatDuration } from "../../support/format.ts";
import type { EventSource, SourcedEvent, SourceHealth, SourceMeters } from "../source.ts";
import { clockOffsetMs, clockRemark, staleRemark } from "./clock-skew.ts";
import { type Endpoint, readEndpoint } from "./endpoint.ts";
import { createOutbox, readCheckpoint } from "./outbox.ts";
import { type Page, ScrapeError } from "./scrape.ts";

/** Makes events of the pages of one endpoint, which it sees one after the other. */
export type Tracker = {
  wanted(name: string): boolean;
  /** Whether a wanted sample shows that the page is of the right kind; some stand on any page. */
  isOwn?(name: string): boolean;
  /** What pages of this kind are called, such as `DCGM exporter`; for a page that has nothing wanted. */
  readonly page: string;
  /** What happened since the page before. The first one is only a baseline. */
  read(page: Page, nowMs: number): Reading;
  /** The endpoint could not be read. */
  failed(): void;
  /** What is needed to go on after a restart; `restore` decides whether it is still of use. */
  state(): unknown;
  restore(state: unknown, nowMs: number): void;
};

export type Reading = {
  readonly events: readonly SourcedEvent[];
  /** One phrase, such as `4 GPUs`. */
  readonly summary: string;
  /** Sentences about what is not as it should be. */
  readonly remarks: readonly string[];
};

export type ScrapeSourceOptions = {
  readonly name: string;
  readonly endpoint: Endpoint;
  readonly tracker: Tracker;
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly random?: () => number;
  /** Meters are there before the tracker reads. */
  readonly onMeters?: (meters: SourceMeters) => void;
};

/** Readings are up to a tenth of the interval early or late, so that many producers do not all ask at once. */
const JITTER = 0.1;

/**
 * A source that reads one endpoint again and again. A failed reading is named in its health and counted; the next one is
 * tried in its time, and nobody else waits for it.
 */
export function scrapeSource(options: ScrapeSourceOptions): EventSource {
  const { name, endpoint, tracker, intervalMs, clock, random = Math.random } = options;
  const outbox = createOutbox();
  let meters: SourceMeters | undefined;
  let last: { readonly atMs: number; readonly detail: string } | undefined;
  let failure: { readonly sinceMs: number; readonly message: string } | undefined;

  const reading = async (signal: AbortSignal): Promise<readonly SourcedEvent[] | undefined> => {
    const startMs = clock.now();
    try {
      const page = await readEndpoint(endpoint, tracker.wanted, signal);
      refuseForeign(page, endpoint.url, tracker);
      const nowMs = clock.now();
      const { events, summary, remarks } = tracker.read(page, nowMs);
      const offsetMs = clockOffsetMs(page, nowMs);
      const all = [...remarks, clockRemark(offsetMs), staleRemark(page, nowMs, offsetMs)];
      last = { atMs: nowMs, detail: [summary, ...all.filter((one) => one !== undefined)].join("; ") };
      failure = undefined;
      return events;
    } catch (error) {
      if (signal.aborted) return undefined;
      if (!(error instanceof ScrapeError)) throw error;
      meters?.failed(error.reason);
      failure = { sinceMs: failure?.sinceMs ?? startMs, message: error.message };
      tracker.failed();
      return undefined;
    } finally {
      meters?.timed(clock.now() - startMs);
    }
  };

  return {
    name,
    describe: () => `${name}, every ${formatDuration(intervalMs)}`,
    countIn: (given) => {
      meters = given;
      options.onMeters?.(given);
    },
    acknowledged: outbox.acknowledged,
    async *read(signal, resume) {
      const kept = readCheckpoint(resume);
      if (kept !== undefined) tracker.restore(kept.state, clock.now());
      if (kept !== undefined && kept.events.length > 0) yield outbox.add(kept.events, tracker.state());
      while (!signal.aborted) {
        const startMs = clock.now();
        const events = await reading(signal);
        if (events !== undefined) yield outbox.add(events, tracker.state());
        const waitMs = intervalMs * (1 + JITTER * (2 * random() - 1)) - (clock.now() - startMs);
        await clock.sleep(Math.max(0, waitMs), signal);
      }
    },
    health: (): SourceHealth => {
      const lastSuccess = last === undefined ? {} : { lastSuccessMs: last.atMs };
      if (failure === undefined)
        return { ok: true, detail: last?.detail ?? "first reading under way", ...lastSuccess };
      const since = formatDuration(clock.now() - failure.sinceMs);
      return { ok: false, detail: `${failure.message} (for ${since})`, ...lastSuccess };
    },
  };
}

/** Throws when a page is somebody else's, or empty because its server has nothing to tell. */
export function refuseForeign(page: Page, url: string, tracker: Pick<Tracker, "page" | "isOwn">): void {
  if (page.samples.some(({ name }) => tracker.isOwn?.(name) ?? true)) return;
  const name = page.other ?? page.samples[0]?.name;
  const others = page.seen > 1 ? ` and ${page.seen - 1} more` : "";
  const found = name === undefined ? "an empty page" : `a page with ${name}${others}`;
  throw new ScrapeError("wrong_page", `${url} answers with ${found}, not with that of a ${tracker.page}`);
}
