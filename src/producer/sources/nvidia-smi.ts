import type { Clock } from "../../support/clock.ts";
import { formatDuration } from "../../support/format.ts";
import { type BackoffPolicy, backoffMs } from "../../support/retry.ts";
import { eventId, streamPrefix } from "../../telemetry/event-id.ts";
import type { GpuEvent } from "../../telemetry/events.ts";
import { createBell } from "../bell.ts";
import type { PriceOf } from "../gpu-price.ts";
import type { Join } from "../join/join.ts";
import { joinGpu } from "../join/rules.ts";
import { eventsOfCard, lastPartOf } from "../smi/card-events.ts";
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
  const sourceId = `nvidia-smi/${host}`;
  const waiting: GpuEvent[] = [];
  const bell = createBell();
  const countedBy = new Map<string, string>();
  let meters: SourceMeters | undefined;
  let failure: (SessionEnd & { readonly sinceMs: number }) | undefined;
  let lastSuccessMs: number | undefined;
  let plan: FieldPlan | undefined;
  let boot = { id: "", prefix: "", seq: 0 };

  const reader = createSmiReader({
    ...{ host, gapMs: stallMs, goneMs: stallMs },
    // A row is never exactly on time; half a reading early is nearer to the span than one late.
    spanMs: Math.max(1, spanMs - pollMs / 2),
    onReset: () => meters?.reset(),
    onBaseline: ({ gpu }, atMs) => void claim(gpu, atMs, atMs, false),
    onTrouble: ({ gpu }) => join.owners.release(name, gpu),
  });
  const claim = (gpu: string, fromMs: number, toMs: number, energyCounter: boolean): number | undefined => {
    const ruling = join.owners.claim({ gpu, source: name, energyCounter, fromMs, toMs });
    if (ruling.counts) countedBy.delete(gpu);
    else countedBy.set(gpu, ruling.by);
    return ruling.counts ? ruling.fromMs : undefined;
  };
  const envelope = (toMs: number) => () => ({
    event_id: eventId(boot.prefix, boot.seq),
    ts: new Date(toMs).toISOString(),
    ...{ source: "nvidia-smi", source_id: sourceId, boot_id: boot.id, seq: boot.seq++, host },
  });
  const send = (spans: readonly CardSpan[]): void => {
    for (const { card, span } of spans) {
      const fromMs = claim(card.gpu, span.fromMs, span.toMs, span.hasCounter);
      const mine = fromMs === undefined ? undefined : lastPartOf(span, fromMs);
      if (mine === undefined) continue;
      const price = options.priceOf(card.model);
      const facts = { host, price, rules: join.rules, envelope: envelope(mine.toMs) };
      waiting.push(...eventsOfCard({ card, span: mine }, facts));
    }
    if (spans.length === 0) return;
    bell.ring();
    const seen = reader.cards.filter(({ trouble }) => trouble === undefined);
    join.directory.saw(
      name,
      seen.map(({ gpu, index }) => ({
        ...{ gpu, host },
        servedModel: joinGpu(join.rules, { host, gpu, index }).servedModel,
      })),
    );
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
            const id = options.newBootId();
            boot = { id, prefix: streamPrefix(sourceId, id, "gpu"), seq: 0 };
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
    async *read(signal) {
      const left = new AbortController();
      const stop = AbortSignal.any([signal, left.signal]);
      stop.addEventListener("abort", bell.ring, { once: true });
      let broken: { readonly error: unknown } | undefined;
      const reading = keepReading(stop).catch((error: unknown) => {
        broken = { error };
        bell.ring();
      });
      try {
        while (!stop.aborted) {
          if (waiting.length === 0) await bell.wait();
          if (broken) throw broken.error;
          const events = waiting.splice(0).map((event) => ({ kind: "gpu" as const, event, dueMs: 0 }));
          if (events.length > 0) yield { events, checkpoint: `${boot.id}/${boot.seq}` };
        }
      } finally {
        left.abort();
        await reading;
      }
    },
    health: () => {
      const now = { nowMs: clock.now(), offsetMs: reader.offsetMs(), broken: reader.broken() };
      return healthOf({ ...now, cards: reader.cards, pollMs, failure, lastSuccessMs, plan, countedBy });
    },
    skippedRows: () => reader.broken().rows,
  };
}

const RESTART: BackoffPolicy = { firstMs: 1_000, maxMs: 30_000 };
