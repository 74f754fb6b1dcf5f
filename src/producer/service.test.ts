import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { OutRecord } from "../eventlog/port.ts";
import { systemClock } from "../support/clock.ts";
import { Ca3Error } from "../support/errors.ts";
import { silentLogger } from "../support/log.ts";
import { createMeters } from "../support/meters.ts";
import type { TokenEvent } from "../telemetry/events.ts";
import { metricCatalogue } from "../telemetry/metric-catalogue.ts";
import { memoryCheckpoints } from "./checkpoints.ts";
import type { ProducerOptions } from "./service.ts";
import { createProducer } from "./service.ts";
import type { EventSource } from "./source.ts";

const instantly = { now: () => 0, sleep: async () => {} };
const settings = {
  maxBatchRecords: 7,
  maxBatchBytes: 1e6,
  lingerMs: 0,
  queueBytes: 5_000,
  flushTimeoutMs: 1_000,
};
const topics = { gpu: "g", token: "t" };
const never = new AbortController().signal;
const outage = () => new Ca3Error("CA3_LOG_UNAVAILABLE", "the log is away");

const tokenEvent = (name: string, n: number): TokenEvent => ({
  ...{ event_id: `${name}-${n}`, schema_version: 1, ts: "2026-01-01T00:00:00.000Z", source: "synthetic" },
  ...{ source_id: name, boot_id: "b", seq: n, host: "h", quality: "synthetic", kind: "request", model: "m" },
  ...{ input_tokens: 1, output_tokens: 1, requests: 1 },
});

/** A resumable source of `count` events in batches of `size`; its checkpoint is the number given out. */
function counting(name: string, count: number, size = 5, over: Partial<EventSource> = {}): EventSource {
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

function producer(over: Partial<ProducerOptions> & Pick<ProducerOptions, "sources" | "append">) {
  const checkpoints = memoryCheckpoints();
  return createProducer({ topics, settings, checkpoints, clock: instantly, logger: silentLogger, ...over });
}
const idOf = ({ value }: OutRecord) => (JSON.parse(new TextDecoder().decode(value)) as TokenEvent).event_id;
const expected = (name: string, count: number) => Array.from({ length: count }, (_, n) => `${name}-${n}`);

test("every event of every source arrives in order, and the summary adds up", async () => {
  const ids: string[] = [];
  let bytes = 0;
  const summary = await producer({
    sources: [counting("a", 23), counting("b", 8, 3, { skippedRows: () => 4 })],
    append: async (records) => {
      for (const record of records) {
        ids.push(idOf(record));
        bytes += record.value.byteLength;
        expect([record.topic, record.key]).toEqual(["t", idOf(record).split("-")[0]!]);
      }
    },
  }).run(never);
  for (const [name, count] of [
    ["a", 23],
    ["b", 8],
  ] as const)
    expect(ids.filter((id) => id.startsWith(name))).toEqual(expected(name, count));
  expect(summary).toMatchObject({ events: 31, bytes, skipped: 4, unsent: 0 });
  expect(summary.bySource).toMatchObject({ a: { events: 23, skipped: 0 }, b: { events: 8, skipped: 4 } });
});

test("a run killed at any append and started again leaves exactly the events of the source", () =>
  fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 60 }),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.boolean()), { maxLength: 6 }),
      async (count, crashes) => {
        const checkpoints = memoryCheckpoints();
        const stored: string[] = [];
        const run = (crash?: readonly [atCall: number, stores: boolean]) => {
          let call = 0;
          return producer({
            sources: [counting("a", count)],
            checkpoints,
            append: async (records) => {
              const dies = crash !== undefined && ++call === crash[0];
              if (!dies || crash[1]) stored.push(...records.map(idOf));
              if (dies) throw new Error("killed");
            },
          }).run(never);
        };
        for (const crash of crashes)
          await run(crash).catch((error: Error) => expect(error.message).toBe("killed"));
        await run();
        expect([...new Set(stored)].sort()).toEqual(expected("a", count).sort());
        expect(stored.filter((id, at) => stored.indexOf(id) === at)).toEqual(expected("a", count));
      },
    ),
  ));

test("a source that is slow, waits for ever or sits behind an outage does not delay another", async () => {
  const stop = new AbortController();
  const seen: string[] = [];
  const stuck = counting("stuck", 1, 1, {
    async *read(signal) {
      await systemClock.sleep(600_000, signal);
      yield { events: [], checkpoint: "ended" };
    },
  });
  const running = producer({
    clock: systemClock,
    sources: [stuck, counting("away", 3), counting("fast", 40)],
    append: async (records) => {
      if (idOf(records[0]!).startsWith("away")) throw outage();
      seen.push(...records.map(idOf));
      if (seen.length === 40) stop.abort();
    },
    settings: { ...settings, flushTimeoutMs: 0 },
  });
  const summary = await running.run(stop.signal);
  expect(seen).toEqual(expected("fast", 40));
  expect([summary.events, summary.unsent]).toEqual([40, 3]);
});

describe("stopping", () => {
  const endless = (name: string) => counting(name, Number.POSITIVE_INFINITY, 5);

  test("sends what is queued, keeps the checkpoint of whole batches, and ends", async () => {
    const stop = new AbortController();
    const checkpoints = memoryCheckpoints();
    const stored: string[] = [];
    const summary = await producer({
      sources: [endless("a")],
      checkpoints,
      append: async (records) => {
        stored.push(...records.map(idOf));
        if (stored.length > 50) stop.abort();
        await new Promise((resolve) => setTimeout(resolve, 1));
      },
    }).run(stop.signal);
    expect(summary).toMatchObject({ events: stored.length, unsent: 0 });
    expect(stored).toEqual(expected("a", stored.length));
    expect(Number(checkpoints.get("a"))).toBe(stored.length - (stored.length % 5));
  });

  test("in an outage gives up after the flush timeout and tells what is unsent", async () => {
    const stop = new AbortController();
    let tried = 0;
    const summary = await producer({
      clock: systemClock,
      sources: [counting("a", 4)],
      append: async () => {
        if (++tried === 2) stop.abort();
        throw outage();
      },
      settings: { ...settings, flushTimeoutMs: 5 },
    }).run(stop.signal);
    expect(summary).toMatchObject({ events: 0, unsent: 4 });
  });

  test("before the start sends nothing", async () => {
    const appended: unknown[] = [];
    const run = producer({ sources: [endless("a")], append: async (records) => void appended.push(records) });
    expect(await run.run(AbortSignal.abort())).toMatchObject({ events: 0, unsent: 0 });
    expect(appended).toEqual([]);
  });
});

test("a source that fails stops the others, sends what was read, and its error comes out", async () => {
  const stored: string[] = [];
  const failing = counting("bad", 5, 5, {
    async *read() {
      yield { events: [{ kind: "token", event: tokenEvent("bad", 0), dueMs: 0 }], checkpoint: "1" };
      throw new Ca3Error("CA3_INPUT", "line 2: not a number");
    },
  });
  const endless = counting("other", Number.POSITIVE_INFINITY);
  const run = producer({
    sources: [failing, endless],
    append: async (records) => {
      stored.push(...records.map(idOf));
      await new Promise((resolve) => setTimeout(resolve, 1));
    },
  });
  await expect(run.run(never)).rejects.toThrow("line 2: not a number");
  expect(stored).toContain("bad-0");
});

test("an outage shows in the health of the source, and its end too", async () => {
  let away = true;
  const details: string[] = [];
  const run = producer({
    sources: [counting("a", 1)],
    clock: {
      now: () => 0,
      sleep: async () => {
        details.push(run.health()["a"]!.detail);
        away = false;
      },
    },
    append: async () => {
      if (away) throw outage();
    },
  });
  expect(run.health()["a"]).toMatchObject({ ok: true, detail: "fine" });
  await run.run(never);
  expect(details[0]).toBe("events wait since 0 s: the log is away");
  expect(run.health()["a"]).toMatchObject({ ok: true, detail: "fine" });
});

test("a checkpoint that cannot be kept does not stop the flow", async () => {
  const stored: string[] = [];
  const summary = await producer({
    sources: [counting("a", 20)],
    checkpoints: {
      get: () => undefined,
      put: () => {
        throw new Ca3Error("CA3_FILE", "disk full");
      },
    },
    append: async (records) => void stored.push(...records.map(idOf)),
  }).run(never);
  expect([summary.events, stored.length]).toEqual([20, 20]);
});

test("events are not sent before they are due, and no faster than the pace of the source", async () => {
  let nowMs = 0;
  const clock = {
    now: () => nowMs,
    sleep: async (ms: number) => {
      nowMs += Math.max(1, ms);
    },
  };
  const due = counting("due", 1, 1, {
    async *read() {
      yield { events: [{ kind: "token", event: tokenEvent("due", 0), dueMs: 5_000 }], checkpoint: "1" };
    },
  });
  await producer({
    sources: [due],
    clock,
    append: async () => expect(nowMs).toBeGreaterThanOrEqual(5_000),
  }).run(never);
  nowMs = 0;
  const paced = counting("paced", 101, 5, { pace: { ratePerS: 10, burst: 1 } });
  await producer({ sources: [paced], clock, append: async () => {} }).run(never);
  expect(Math.abs(nowMs - 10_000)).toBeLessThan(200);
});

test("meters count samples, answers and health", async () => {
  const meters = await createMeters(metricCatalogue);
  let call = 0;
  await producer({
    sources: [counting("a", 9)],
    meters,
    append: async () => {
      if (++call === 1) throw outage();
      const text = await meters.registry.metrics();
      expect(text).toContain('producer_source_up{source="a"}');
      expect(text).toMatch(/producer_queue_bytes [1-9]/);
    },
  }).run(never);
  const text = await meters.registry.metrics();
  for (const line of [
    'producer_samples_total{source="a",kind="token"} 9',
    'producer_records_sent_total{topic="t",result="ok"} 9',
    'producer_last_success_timestamp_seconds{source="a"} 5',
  ])
    expect(text).toContain(line);
  expect(text).toMatch(/producer_records_sent_total\{topic="t",result="error"\} [1-9]/);
  expect(text).toMatch(/producer_delivery_seconds_count\{topic="t"\} [1-9]/);
});
