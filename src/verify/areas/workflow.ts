import type { EventLog } from "../../eventlog/port.ts";
import { encodeEvent, partitionKey } from "../../telemetry/encode.ts";
import { metricsOf, sumOf } from "../exposition.ts";
import type { Answer, ProbesOf, Subject } from "../subject.ts";
import { notNamed } from "../subject.ts";
import { type Api, requestsOf } from "../web-api.ts";
import { ownEvents, TEAM } from "./own-events.ts";

const LOOK_EVERY_MS = 200;
/** How long a hop may take; below the deadlines of the checks, so that they can say what they saw. */
const HOP_MS = 30_000;
/** How long after the commit the API may still be without what was stored, and how long it repeats an answer. */
const API_LATE_MS = 4_000;
const ANSWER_KEPT_MS = 1_500;

type Counts = { readonly requests: number | undefined; readonly stored: number; readonly duplicate: number };
type Sent = {
  readonly atMs: number;
  readonly ids: readonly string[];
  readonly before: Counts;
  /** Offsets behind which everything of ours lies, by partition of the topic of token events. */
  readonly ends: ReadonlyMap<number, number>;
};

/** Our own events, followed through everything; each hop is timed from the moment they were sent. */
export function workflowProbes(subject: Subject): ProbesOf<"workflow"> {
  const { log, store, api, clock, wanted, own } = subject;
  let sent: Sent | undefined;
  let runs = 0;
  const topic = wanted.topics.token;
  const sinceMs = () => `after ${clock.now() - sent!.atMs} ms`;

  /** Asks again until the answer is something; undefined when that takes too long. */
  async function until<T>(ask: () => Promise<T | undefined>, signal: AbortSignal): Promise<T | undefined> {
    const endMs = clock.now() + HOP_MS;
    while (!signal.aborted && clock.now() < endMs) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      await clock.sleep(LOOK_EVERY_MS, signal);
    }
    return undefined;
  }
  /** All that we sent, the second time included, was read and done with. */
  async function isProcessed(open: EventLog, ends: Sent["ends"]): Promise<boolean> {
    const lags = await open.lag(wanted.group, [topic]);
    return lags.every(({ partition, committed }) => committed >= (ends.get(partition) ?? 0));
  }

  return {
    "workflow.appended": async (signal): Promise<Answer> => {
      if (log === undefined) return notNamed("log", "add --kafka host:9092, or --data DIR of a ca3 up");
      const open = await log();
      const before = await countsOf(api, signal);
      const atMs = clock.now();
      const events = ownEvents(`${subject.runId}-${++runs}`, atMs);
      const records = events.map((event) => ({ topic, key: partitionKey(event), value: encodeEvent(event) }));
      own.records += 2 * records.length;
      await open.append(records);
      const tookMs = clock.now() - atMs;
      await open.append(records);
      const lags = await open.lag(wanted.group, [topic]);
      const ends = new Map(lags.map(({ partition, endOffset }) => [partition, endOffset]));
      sent = { atMs, before, ends, ids: events.map(({ event_id }) => event_id) };
      return { summary: `acknowledged after ${tookMs} ms` };
    },
    "workflow.stored": async (signal) => {
      if (store === undefined) return notNamed("store", "add --mongo URL, or --data DIR of a ca3 up");
      if (sent === undefined) return { skipped: "nothing was sent" };
      const { ends, ids } = sent;
      const opened = await store();
      let found = 0;
      await until(async () => {
        found = (await Array.fromAsync(opened.scanEvents({ kind: "token", ids }))).length;
        return found >= ids.length || undefined;
      }, signal);
      if (found === ids.length) return { summary: sinceMs() };
      const read = log !== undefined && (await isProcessed(await log(), ends));
      const hint = read
        ? "a processor has read them: does it store elsewhere, or could it not? ca3 dlq list"
        : "no processor has read them: start one, or see what it waits for: ca3 status";
      const message = `${found} of ${ids.length} events are in the store`;
      return { problems: [{ severity: "fail", message, hint }] };
    },
    "workflow.counted": async (signal) => {
      if (api === undefined) return notNamed("API", "add --api http://host:8080");
      if (sent === undefined || log === undefined) return { skipped: "nothing was sent" };
      const { before, ends, ids } = sent;
      const known = before.requests ?? 0;
      const want = known + ids.length;
      const open = await log();
      let processedMs: number | undefined;
      await until(async () => {
        if ((await requestsOf(api, TEAM, signal)) >= want) return true;
        if (await isProcessed(open, ends)) processedMs ??= clock.now();
        return clock.now() - (processedMs ?? clock.now()) > API_LATE_MS || undefined;
      }, signal);
      const summary = sinceMs();
      // Whoever counts the second ones too does it only when they are processed.
      await until(async () => (await isProcessed(open, ends)) || undefined, signal);
      await clock.sleep(ANSWER_KEPT_MS, signal);
      const now = await requestsOf(api, TEAM, signal);
      if (now === want) return { summary };
      const message = `${api.where} counts ${now - known} requests of team ${TEAM} more than before`;
      const hint =
        now < want
          ? "does the API belong to this pipeline, and does its processor read this log? ca3 status"
          : "does another ca3 verify run? else ca3 help errors CA3_BUG";
      return {
        problems: [{ severity: "fail", message, want: `${ids.length}, for ${2 * ids.length} records`, hint }],
      };
    },
    "workflow.measured": async (signal) => {
      if (api === undefined) return notNamed("API", "add --api http://host:8080");
      if (sent === undefined) return { skipped: "nothing was sent" };
      const { before, ids } = sent;
      const now = await until(async () => {
        const counts = await countsOf(api, signal);
        const rose = (name: "stored" | "duplicate") => counts[name] - before[name] >= ids.length;
        return rose("stored") && rose("duplicate") ? counts : undefined;
      }, signal);
      if (now !== undefined) return { summary: sinceMs() };
      const message = "processor_records_total did not rise by our records";
      const hint = "does the address lead to one of several processors, and not to the one that stored them?";
      return { problems: [{ severity: "fail", message, hint }] };
    },
  };

  /** Figures before the events were sent, and after. */
  async function countsOf(found: Api | undefined, signal: AbortSignal): Promise<Counts> {
    if (found === undefined) return { requests: undefined, stored: 0, duplicate: 0 };
    // Whoever does not answer is told of by the checks of the API.
    const samples = await metricsOf(found, signal).catch(() => []);
    const of = (result: string) => sumOf(samples, "processor_records_total", { topic, result }) ?? 0;
    const requests = await requestsOf(found, TEAM, signal).catch(() => undefined);
    return { requests, stored: of("stored"), duplicate: of("duplicate") };
  }
}
