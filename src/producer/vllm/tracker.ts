import { eventId, streamPrefix } from "../../telemetry/event-id.ts";
import type { Join } from "../join/join.ts";
import { clockOffsetMs } from "../scrape/clock-skew.ts";
import type { Page } from "../scrape/scrape.ts";
import type { Reading, Tracker } from "../scrape/source.ts";
import type { SourcedEvent, SourceMeters } from "../source.ts";
import { type CounterBook, createCounterBook, type Deltas } from "./counter-book.ts";
import { endedRequests, intervalEvent } from "./event.ts";
import { missingFields, remarksOn } from "./health.ts";
import { knownMetric } from "./names.ts";
import { type ServerPage, serverPage } from "./page.ts";
import { isPlausible, type ProcessReading, sameProcess } from "./process-watch.ts";
import { noPendingTimes, type PendingTimes, timesOf } from "./times.ts";
import { type Work, workOf } from "./work.ts";

export type VllmTrackerOptions = {
  /** Name of the source. */
  readonly name: string;
  readonly url: string;
  /** Machine of the endpoint. */
  readonly host: string;
  /** A new one for each run that does not go on. */
  readonly bootId: string;
  readonly join: Join;
  readonly meters: () => SourceMeters | undefined;
};

type State = {
  readonly boot: string;
  readonly seq: number;
  readonly process: ProcessReading;
  readonly counters: ReturnType<CounterBook["state"]>;
  readonly pending: readonly (readonly [string, PendingTimes])[];
};

/** What was counted while nobody read for longer than this belongs to no interval that means something. */
const MAX_PAUSE_MS = 3_600_000;

/**
 * Follows the counters of one vLLM or SGLang server from page to page. The first page is only a baseline; after a restart
 * of the server its counters count from 0, after one of this process they go on where they were.
 */
export function vllmTracker(options: VllmTrackerOptions): Tracker {
  const { name, url, host, join } = options;
  const book = createCounterBook();
  let pending = new Map<string, PendingTimes>();
  let last: ProcessReading | undefined;
  let boot = options.bootId;
  let seq = 0;

  /** What was counted since the last page, or nothing when it cannot be told. */
  const count = (page: ServerPage, now: ProcessReading): { deltas: Deltas; other: boolean } => {
    const process = last === undefined ? "same" : sameProcess(last, now);
    if (process === "another") book.forget();
    const deltas = book.read(page.counters, process === "new");
    const seconds = last === undefined ? 0 : (now.atMs - last.atMs) / 1000;
    const plausible = isPlausible(tokensOf(page, deltas), seconds, deltas.restarted);
    if (deltas.restarted && plausible) options.meters()?.reset(Math.max(1, deltas.resets));
    else if (deltas.resets > 0) options.meters()?.reset(deltas.resets);
    const other = process === "another" || !plausible;
    if (deltas.restarted || other) pending = new Map();
    return { deltas: plausible ? deltas : { by: new Map(), resets: 0, restarted: false }, other };
  };

  const eventOf = (
    page: ServerPage,
    groupId: string,
    work: Work,
    fromMs: number,
    toMs: number,
  ): SourcedEvent => {
    const group = page.groups.get(groupId)!;
    const requests = endedRequests(work);
    const timed = timesOf(work, requests, pending.get(groupId) ?? noPendingTimes);
    pending.set(groupId, timed.pending);
    const envelope = {
      event_id: eventId(streamPrefix(name, boot, "tokens"), seq),
      ...{ source_id: name, boot_id: boot, seq: seq++ },
    };
    const gauges = page.gauges.get(groupId) ?? {};
    const facts = { group, work, requests, times: timed.times, gauges, fromMs, toMs, host, endpoint: url };
    return { kind: "token", event: intervalEvent(facts, envelope, join), dueMs: 0 };
  };

  return {
    page: "vLLM or SGLang server",
    wanted: (metric) => knownMetric(metric) !== undefined,
    isOwn: (metric) => knownMetric(metric)?.kind !== "start",
    read: (raw: Page, nowMs: number): Reading => {
      const page = serverPage(raw.samples);
      const now = { atMs: nowMs, startS: page.startS, clockOffsetMs: clockOffsetMs(raw, nowMs) ?? 0 };
      const before = last;
      const { deltas, other } = count(page, now);
      last = now;
      const works = workOf(page, deltas.by);
      const logged = [...page.groups.values()].filter(
        ({ model }) => join.tokens.loggedBy(model) !== undefined,
      );
      const events =
        before === undefined || before.atMs >= nowMs
          ? []
          : [...works]
              .filter(([id]) => !logged.includes(page.groups.get(id)!))
              .map(([id, work]) => eventOf(page, id, work, before.atMs, nowMs));
      const missing = missingFields(page);
      options.meters()?.missing(missing);
      const models = new Set([...page.groups.values()].map(({ model }) => model));
      return {
        events,
        summary: `${models.size} ${models.size === 1 ? "model" : "models"}`,
        remarks: remarksOn({
          other,
          missing,
          logged: logged.map(({ model }) => [model, join.tokens.loggedBy(model)!]),
        }),
      };
    },
    failed: () => {},
    state: (): State | undefined =>
      last && { boot, seq, process: last, counters: book.state(), pending: [...pending] },
    restore: (kept, nowMs) => {
      if (!isState(kept)) return;
      boot = kept.boot;
      seq = kept.seq;
      if (nowMs - kept.process.atMs > MAX_PAUSE_MS) return;
      last = kept.process;
      book.restore(kept.counters);
      pending = new Map(kept.pending);
    },
  };
}

function tokensOf(page: ServerPage, { by }: Deltas): number {
  let tokens = 0;
  for (const [key, delta] of by) {
    const meaning = page.meanings.get(key);
    if (meaning?.kind === "counter" && (meaning.field === "prompt" || meaning.field === "generation"))
      tokens += delta;
  }
  return tokens;
}

const isState = (kept: unknown): kept is State =>
  typeof (kept as State | undefined)?.boot === "string" &&
  Number.isInteger((kept as State).seq) &&
  typeof (kept as State).process?.atMs === "number" &&
  Array.isArray((kept as State).pending);
