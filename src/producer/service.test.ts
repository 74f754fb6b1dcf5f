import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  counting,
  expected,
  idOf,
  never,
  outage,
  producer,
  settings,
  tokenEvent,
} from "../../tests/helpers/producer.ts";
import { systemClock } from "../support/clock.ts";
import { Ca3Error } from "../support/errors.ts";
import { createMeters } from "../support/meters.ts";
import { metricCatalogue } from "../telemetry/metric-catalogue.ts";
import { memoryCheckpoints } from "./checkpoints.ts";

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

test("the bound on queued bytes holds for all sources together", async () => {
  const meters = await createMeters(metricCatalogue);
  const stop = new AbortController();
  let queued = 0;
  const running = producer({
    clock: systemClock,
    sources: [counting("a", 1_000), counting("b", 1_000)],
    meters,
    append: () =>
      systemClock.sleep(5).then(async () => {
        queued = Math.max(
          queued,
          Number(/producer_queue_bytes (\d+)/.exec(await meters.registry.metrics())![1]),
        );
        stop.abort();
      }),
  });
  await running.run(stop.signal);
  expect(queued).toBeGreaterThan(settings.queueBytes / 2);
  expect(queued).toBeLessThan(settings.queueBytes + 1_000);
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
