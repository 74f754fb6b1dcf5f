import { describe, expect, test } from "bun:test";
import {
  counting,
  expected,
  idOf,
  outage,
  producer,
  settings,
  tokenEvent,
} from "../../tests/helpers/producer.ts";
import { systemClock } from "../support/clock.ts";
import { memoryCheckpoints } from "./checkpoints.ts";

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

  test("in the middle of a batch leaves the checkpoint before that batch", async () => {
    const stop = new AbortController();
    const checkpoints = memoryCheckpoints();
    const halfDue = counting("a", 4, 4, {
      async *read() {
        const at = (n: number, dueMs: number) => ({
          kind: "token" as const,
          event: tokenEvent("a", n),
          dueMs,
        });
        yield { events: [at(0, 0), at(1, 0)], checkpoint: "2" };
        yield { events: [at(2, 0), at(3, 10_000)], checkpoint: "4" };
      },
    });
    const clock = { now: () => 0, sleep: async () => stop.abort() };
    const summary = await producer({ sources: [halfDue], checkpoints, clock, append: async () => {} }).run(
      stop.signal,
    );
    expect([summary.events, checkpoints.get("a")]).toEqual([3, "2"]);
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
