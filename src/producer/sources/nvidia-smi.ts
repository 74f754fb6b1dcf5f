import { Bell } from "../../support/bell.ts";
import type { Clock } from "../../support/clock.ts";
import { formatDuration } from "../../support/format.ts";
import { type BackoffPolicy, backoffMs } from "../../support/retry.ts";
import type { GpuEvent } from "../../telemetry/events.ts";
import type { PriceOf } from "../gpu-price.ts";
import type { Join } from "../join/join.ts";
import { createOutbox, readCheckpoint } from "../scrape/outbox.ts";
import { createCardCounter } from "../smi/card-counter.ts";
import type { FieldPlan } from "../smi/fields.ts";
import type { SmiProgram } from "../smi/program.ts";
import type { CardSpan } from "../smi/reader.ts";
import { createSmiReader } from "../smi/reader.ts";
import { GAP_INTERVALS } from "../smi/sample.ts";
import type { SessionEnd } from "../smi/session.ts";
import { runSession } from "../smi/session.ts";
import { healthOf } from "../smi/state-words.ts";
import type { EventSource, SourceMeters } from "../source.ts";

export type SmiSourceOptions = {
  readonly name: string;
  readonly program: SmiProgram;
  readonly host: string;
  /** Time between two readings. */
  readonly pollMs: number;
  /** Time that an event stands for. */
  readonly spanMs: number;
  /** How long nvidia-smi may take to its first reading. */
  readonly startMs: number;
  readonly priceOf: PriceOf;
  readonly join: Pick<Join, "rules" | "owners" | "directory">;
  readonly clock: Clock;
  /** Different for each start of nvidia-smi, here or in another process. */
  readonly newBootId: () => string;
  readonly random?: () => number;
  readonly backoff?: BackoffPolicy;
  /** A shorter silence of nvidia-smi is no stall, however often it is read; the machine may be busy. */
  readonly leastStallMs?: number;
};

const LEAST_STALL_MS = 2_000;
const LIST_EVERY_MS = 60_000;
/** Events that wait for the log before spans grow instead: hours of them on any machine. */
const MOST_WAITING = 10_000;

/**
 * The GPUs of this machine, read by one nvidia-smi that runs as long as the source is read and is started again, later
 * and later, whenever it ends, stalls or fails. It reads on while the log is away: events wait, and in the end spans
 * grow, so that no GPU time is lost.
 */
export function smiSource(options: SmiSourceOptions): EventSource {
  const { name, clock, host, join, pollMs, spanMs, program } = options;
  const stallMs = Math.max(options.leastStallMs ?? LEAST_STALL_MS, GAP_INTERVALS * pollMs);
  const waiting: GpuEvent[] = [];
  const counter = createCardCounter({ ...options, source: name });
  const bell = new Bell();
  const outbox = createOutbox();
  let meters: SourceMeters | undefined;
  let failure: (SessionEnd & { readonly sinceMs: number }) | undefined;
  let lastSuccessMs: number | undefined;
  let plan: FieldPlan | undefined;

  const reader = createSmiReader({
    ...{ host, gapMs: stallMs, goneMs: stallMs },
    // A row is never exactly on time; half a reading early is nearer to the span than one late.
    spanMs: Math.max(1, spanMs - pollMs / 2),
    onReset: () => meters?.reset(),
    onBaseline: ({ gpu }, atMs) => void counter.begin(gpu, atMs),
    onTrouble: ({ gpu }) => join.owners.release(name, gpu),
  });
  const send = (spans: readonly CardSpan[]): void => {
    if (spans.length === 0) return;
    waiting.push(...counter.count(spans));
    counter.show(reader.cards);
    bell.ring();
  };

  /** Runs sessions one after the other until `stop` aborts. */
  const keepReading = async (stop: AbortSignal): Promise<void> => {
    const refused = new Set<string>();
    for (let attempt = 0; !stop.aborted; attempt++) {
      let rows = 0;
      const session = {
        ...{ program, clock, pollMs, stallMs, refused },
        ...{ startMs: options.startMs, listEveryMs: LIST_EVERY_MS },
      };
      const end = await runSession(
        session,
        {
          begun: (fields, listing) => {
            plan = fields;
            meters?.missing(fields.missing);
            counter.boot(options.newBootId());
            reader.begin(fields.query, listing);
          },
          line: (text) => {
            const nowMs = clock.now();
            const { kind, spans } = reader.line(text, nowMs, waiting.length >= MOST_WAITING);
            if (kind === "broken") meters?.failed("unreadable");
            if (kind === "row") {
              rows += 1;
              lastSuccessMs = nowMs;
              failure = undefined;
            }
            send(spans);
            return kind === "row";
          },
          isDivided: () => reader.cards.some(({ isDivided }) => isDivided),
          listed: reader.listed,
        },
        stop,
      );
      send(reader.end());
      join.owners.release(name);
      if (stop.aborted) return;
      meters?.failed(end.reason);
      failure = { ...end, sinceMs: failure?.sinceMs ?? clock.now() };
      if (rows > 0) attempt = 0;
      if (end.refused !== undefined && !refused.has(end.refused)) {
        refused.add(end.refused);
        continue;
      }
      await clock.sleep(backoffMs(attempt, options.backoff ?? RESTART, options.random), stop);
    }
  };

  return {
    name,
    describe: () => `GPUs of ${host} by nvidia-smi, read every ${formatDuration(pollMs)}`,
    countIn: (given) => {
      meters = given;
    },
    acknowledged: outbox.acknowledged,
    async *read(signal, resume) {
      const left = new AbortController();
      const stop = AbortSignal.any([signal, left.signal]);
      stop.addEventListener("abort", () => bell.ring(), { once: true });
      let broken: { readonly error: unknown } | undefined;
      const reading = keepReading(stop).catch((error: unknown) => {
        broken = { error };
        bell.ring();
      });
      const batch = () => {
        const events = waiting.splice(0).map((event) => ({ kind: "gpu" as const, event, dueMs: 0 }));
        return outbox.add(events, undefined);
      };
      try {
        const unsent = readCheckpoint(resume)?.events ?? [];
        if (unsent.length > 0) yield outbox.add(unsent, undefined);
        while (!stop.aborted) {
          if (waiting.length === 0) await bell.wait();
          if (broken) throw broken.error;
          if (!stop.aborted && waiting.length > 0) yield batch();
        }
        // What was measured up to the end is kept, and sent at the next start if it is not sent now.
        await reading;
        if (waiting.length > 0) yield batch();
      } finally {
        left.abort();
        await reading;
      }
    },
    health: () => {
      const now = { nowMs: clock.now(), offsetMs: reader.offsetMs(), broken: reader.broken() };
      return healthOf({
        ...now,
        cards: reader.cards,
        pollMs,
        failure,
        lastSuccessMs,
        plan,
        countedBy: counter.countedBy,
      });
    },
    skippedRows: () => reader.broken().rows,
  };
}

const RESTART: BackoffPolicy = { firstMs: 1_000, maxMs: 30_000 };
