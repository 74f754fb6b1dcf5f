import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Compile } from "typebox/compile";
import { encodeEvent } from "../../telemetry/encode.ts";
import { type GpuEvent, gpuEventSchema, type TokenEvent, tokenEventSchema } from "../../telemetry/events.ts";
import { defaultCards } from "../cards.ts";
import type { SourcedEvent } from "../source.ts";
import type { SyntheticOptions } from "./synthetic/options.ts";
import { openSynthetic } from "./synthetic.ts";

const START = Date.parse("2026-02-03T08:00:00Z");
const clockAt = (nowMs: number) => ({ now: () => nowMs, sleep: async () => {} });
const options: SyntheticOptions = {
  ...{ seed: 1, startMs: START, speed: 1, live: false, ratePerS: 50, batch: 20, sleepS: 0, intervalS: 10 },
  ...{
    models: ["llama-3.1-8b", "qwen2.5-7b"],
    teams: ["search", "chat"],
    cards: defaultCards,
    host: "node-1",
  },
};

async function take(count: number, over: Partial<SyntheticOptions> = {}, resume?: string, nowMs = START) {
  const source = openSynthetic({ ...options, ...over }, clockAt(nowMs));
  const events: SourcedEvent[] = [];
  const checkpoints: string[] = [];
  for await (const batch of source.read(new AbortController().signal, resume)) {
    events.push(...batch.events);
    checkpoints.push(batch.checkpoint);
    if (events.length >= count) break;
  }
  return {
    events,
    checkpoints,
    bytes: events.map(({ event }) => new TextDecoder().decode(encodeEvent(event))).join("\n"),
  };
}
const gpuEvents = (events: readonly SourcedEvent[]) =>
  events.filter(({ kind }) => kind === "gpu").map(({ event }) => event as GpuEvent);
const tokenEvents = (events: readonly SourcedEvent[]) =>
  events.filter(({ kind }) => kind === "token").map(({ event }) => event as TokenEvent);

test("the same seed and start give the same bytes", async () => {
  expect((await take(2000)).bytes).toBe((await take(2000, {}, undefined, START + 12_345)).bytes);
});

test.each([
  ["seed", { seed: 2 }],
  ["start", { startMs: START + 1 }],
  ["rate", { ratePerS: 51 }],
  ["host", { host: "node-2" }],
  ["models", { models: ["other"] }],
] as const)("another %s gives other events under other ids", async (_what, over) => {
  const [ours, others] = [await take(200), await take(200, over)];
  const ids = new Set(ours.events.map(({ event }) => event.event_id));
  expect(others.events.filter(({ event }) => ids.has(event.event_id))).toEqual([]);
});

test("every event is valid, says that it is synthetic, and has an id of its own", async () => {
  const { events } = await take(3000);
  const valid = { gpu: Compile(gpuEventSchema), token: Compile(tokenEventSchema) };
  expect(events.filter(({ kind, event }) => !valid[kind].Check(event))).toEqual([]);
  expect(new Set(events.map(({ event }) => event.quality))).toEqual(new Set(["synthetic"]));
  expect(new Set(events.map(({ event }) => event.event_id)).size).toBe(events.length);
});

test("sequence numbers of every source have no gap", async () => {
  const next = new Map<string, number>();
  for (const { event } of (await take(3000)).events) {
    expect(event.seq).toBe(next.get(event.source_id) ?? 0);
    next.set(event.source_id, event.seq + 1);
  }
  expect(next.size).toBeGreaterThan(2);
});

test("events are spaced by the rate, GPU readings included", async () => {
  const { events } = await take(1000);
  expect(events.map(({ dueMs }) => dueMs - START)).toEqual(events.map((_, at) => at * 20));
  expect(events.filter(({ kind }) => kind === "gpu").length).toBeGreaterThan(0);
});

test("both reference cards are there, and every GPU is read in every interval", async () => {
  const readings = gpuEvents((await take(3000)).events);
  expect(new Set(readings.map(({ gpu_model }) => gpu_model))).toEqual(new Set(["RTX 3090", "A100 40GB"]));
  const byTime = Map.groupBy(readings, ({ ts }) => ts);
  const sizes = new Set(
    [...byTime.values()].slice(0, -1).map((all) => new Set(all.map(({ gpu_uuid }) => gpu_uuid)).size),
  );
  expect(sizes.size).toBe(1);
});

test("GPU time adds up to the work of the requests", async () => {
  const { events } = await take(6000);
  const last = gpuEvents(events).at(-1)!.ts;
  const busyS = gpuEvents(events)
    .filter(({ ts }) => ts < last)
    .reduce((sum, { utilization, interval_s }) => sum + utilization * interval_s, 0);
  const lastFull = gpuEvents(events)
    .filter(({ ts }) => ts < last)
    .at(-1)!.ts;
  const work = tokenEvents(events).filter(({ ts }) => ts < lastFull);
  const seconds = (event: TokenEvent) =>
    event.prefill_s! + event.decode_s! / (event.model === "llama-3.1-8b" ? 39 : 64);
  const wantS = work.reduce((sum, event) => sum + seconds(event), 0);
  expect(Math.abs(busyS / wantS - 1)).toBeLessThan(0.05);
});

test("requests are larger in busy hours", async () => {
  const mean = async (time: string) => {
    const requests = tokenEvents(
      (await take(2000, { startMs: Date.parse(`2026-02-03T${time}:00Z`) })).events,
    );
    return requests.reduce((sum, { input_tokens }) => sum + input_tokens, 0) / requests.length;
  };
  expect((await mean("14:00")) / (await mean("03:00"))).toBeGreaterThan(2);
});

test("models and teams are those of the options; without teams nobody is charged", async () => {
  const requests = tokenEvents((await take(2000)).events);
  expect(new Set(requests.map(({ model }) => model))).toEqual(new Set(options.models));
  const [search, chat] = ["search", "chat"].map((team) => requests.filter((one) => one.team === team).length);
  expect(search! + chat!).toBe(requests.length);
  expect(search! / chat!).toBeGreaterThan(1.5);
  expect(tokenEvents((await take(100, { teams: [] })).events).every(({ team }) => team === undefined)).toBe(
    true,
  );
});

describe("resuming", () => {
  test("from any checkpoint the rest of the bytes is the same", async () => {
    const whole = await take(4200);
    const lines = whole.bytes.split("\n");
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 198 }), async (at) => {
        const rest = await take(200, {}, whole.checkpoints[at], START + 86_400_000);
        expect(rest.bytes).toBe(lines.slice((at + 1) * 20, (at + 1) * 20 + 200).join("\n"));
      }),
      { numRuns: 40 },
    );
  });

  test.each(["", "{", "null", '{"boot":"other"}'])(
    "the checkpoint %j of another run begins anew",
    async (text) => {
      expect((await take(40, {}, text)).bytes).toBe((await take(40)).bytes);
    },
  );

  test("a live run catches up after a short stop and goes on at the present after a long one", async () => {
    const live = { live: true };
    const first = await take(200, live);
    const due = async (laterMs: number) =>
      (await take(20, live, first.checkpoints.at(-1), START + 4_000 + laterMs)).events[0]!.dueMs -
      START -
      4_000;
    expect(await due(30_000)).toBe(0);
    expect(await due(600_000)).toBe(600_000);
  });

  test("a run moved to the present keeps its ids in step and does not charge for the gap", async () => {
    const live = { live: true };
    const first = await take(600, live);
    const later = await take(1200, live, first.checkpoints.at(-1), START + 3_600_000);
    const straight = await take(1800, live);
    const ids = (events: readonly SourcedEvent[]) => tokenEvents(events).map(({ event_id }) => event_id);
    expect(ids(later.events)[0]).toBe(ids(straight.events).find((id) => !ids(first.events).includes(id)));
    expect(gpuEvents(later.events).every(({ ts }) => Date.parse(ts) >= START + 3_600_000)).toBe(true);
    expect(gpuEvents(later.events).length).toBeGreaterThan(0);
  });
});

test.each([
  ["1x live: events are due when they happen, from the first read on", { live: true }, START + 999, 1_019],
  ["1x from a given start: the start is laid on now", {}, START + 5_000, 5_020],
  ["60x: sixty times sooner", { speed: 60 }, START, 20 / 60],
  ["max: at once", { speed: "max" }, START, -START],
] as const)("speed %s", async (_title, over, nowMs, second) => {
  expect((await take(20, over, undefined, nowMs)).events[1]!.dueMs - START).toBeCloseTo(second, 3);
});

test("it says what it makes up", () => {
  const source = openSynthetic({ ...options, ratePerS: 1 }, clockAt(START));
  expect(source.describe()).toBe(
    "synthetic load: 1 events/s on 1 × RTX 3090 and 1 × A100 40GB, read every 10 s, seed 1",
  );
  expect(source.health()).toMatchObject({ ok: true });
});
