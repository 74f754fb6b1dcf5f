import type { OutRecord } from "../../src/eventlog/port.ts";
import { memoryCheckpoints } from "../../src/producer/checkpoints.ts";
import type { ProducerOptions } from "../../src/producer/service.ts";
import { createProducer } from "../../src/producer/service.ts";
import type { EventSource } from "../../src/producer/source.ts";
import { Ca3Error } from "../../src/support/errors.ts";
import { silentLogger } from "../../src/support/log.ts";
import type { TokenEvent } from "../../src/telemetry/events.ts";

export const instantly = { now: () => 0, sleep: async () => {} };
export const settings = {
  maxBatchRecords: 7,
  maxBatchBytes: 1e6,
  lingerMs: 0,
  queueBytes: 5_000,
  flushTimeoutMs: 1_000,
};
const topics = { gpu: "g", token: "t" };
export const never = new AbortController().signal;
export const outage = () => new Ca3Error("CA3_LOG_UNAVAILABLE", "the log is away");

export const tokenEvent = (name: string, n: number): TokenEvent => ({
  ...{ event_id: `${name}-${n}`, schema_version: 1, ts: "2026-01-01T00:00:00.000Z", source: "synthetic" },
  ...{ source_id: name, boot_id: "b", seq: n, host: "h", quality: "synthetic", kind: "request", model: "m" },
  ...{ input_tokens: 1, output_tokens: 1, requests: 1 },
});

/** A resumable source of `count` events in batches of `size`; its checkpoint is the number given out. */
export function counting(
  name: string,
  count: number,
  size = 5,
  over: Partial<EventSource> = {},
): EventSource {
  return {
    name,
    describe: () => name,
    async *read(signal, resume) {
      for (let n = Number(resume ?? 0); n < count && !signal.aborted; n += size) {
        const numbers = Array.from({ length: Math.min(size, count - n) }, (_, at) => n + at);
        const events = numbers.map((at) => ({
          kind: "token" as const,
          event: tokenEvent(name, at),
          dueMs: 0,
        }));
        yield { events, checkpoint: String(n + events.length) };
      }
    },
    health: () => ({ ok: true, detail: "fine", lastSuccessMs: 5_000 }),
    ...over,
  };
}

export function producer(over: Partial<ProducerOptions> & Pick<ProducerOptions, "sources" | "append">) {
  const checkpoints = memoryCheckpoints();
  return createProducer({ topics, settings, checkpoints, clock: instantly, logger: silentLogger, ...over });
}
export const idOf = ({ value }: OutRecord) =>
  (JSON.parse(new TextDecoder().decode(value)) as TokenEvent).event_id;
export const expected = (name: string, count: number) =>
  Array.from({ length: count }, (_, n) => `${name}-${n}`);
