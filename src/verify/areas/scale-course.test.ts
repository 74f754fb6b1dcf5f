import { expect, test } from "bun:test";
import { courseFinding } from "./scale.ts";
import { type BurstOptions, followBurst, rateAt } from "./scale-course.ts";

const EVENTS = 5_000;

/** A cluster in a time of its own: replicas by what was sent and when, and an API that counts. */
function world(of: { desired?: (sent: number, nowMs: number) => number; counts?: (sent: number) => number }) {
  let nowMs = 0;
  let sent = 0;
  const stop = new AbortController();
  const desired = () => of.desired?.(sent, nowMs) ?? 1;
  const options: BurstOptions = {
    clock: {
      now: () => nowMs,
      sleep: async (ms) => {
        nowMs += Math.max(ms, 1);
      },
    },
    ...{ signal: stop.signal, before: { desired: 1, ready: 1 }, events: EVENTS },
    ...{ burstMs: 100_000, settleMs: 600_000 },
    look: async () => ({ desired: desired(), ready: desired() }),
    send: async (_from, count) => {
      sent += count;
    },
    behind: async () => 0,
    counted: async () => of.counts?.(sent) ?? Math.min(sent, EVENTS),
    tell: () => {},
  };
  return { options, stop, sent: () => sent };
}
const seen = async (of: Parameters<typeof world>[0]) => {
  const { problems } = courseFinding(await followBurst(world(of).options), "look");
  return problems.map(({ message }) => message);
};
/** Out after some records, and back two minutes later. */
const follows = (sent: number, nowMs: number) => (sent > 20_000 && nowMs < 120_000 ? 3 : 1);

test("an autoscaler that follows, out and in, has no problem, and its times are told", async () => {
  const course = await followBurst(world({ desired: follows }).options);
  expect(course).toMatchObject({ most: { desired: 3, ready: 3 }, counted: EVENTS, drainedMs: 0 });
  expect(course.outMs).toBeGreaterThan(0);
  expect(course.backMs).toBeGreaterThan(60_000);
  expect(courseFinding(course, "look")).toMatchObject({
    problems: [],
    summary: expect.stringMatching(
      /^1 → 3 wanted, 3 ready after \d+ s; \d+ records done with 0 s later; 5000 of 5000/,
    ),
  });
});

test("one that never follows, or never comes back, and events that are lost or doubled are told", async () => {
  expect(await seen({})).toEqual([expect.stringMatching(/^1 processors stay wanted under \d+ records$/)]);
  expect(await seen({ desired: (sent) => (sent > 20_000 ? 2 : 1) })).toEqual([
    "more than 1 processors are wanted still",
  ]);
  expect(await seen({ desired: follows, counts: () => EVENTS - 1 })).toEqual(["4999 events are counted"]);
  expect(await seen({ desired: follows, counts: (sent) => sent })).toEqual([
    expect.stringMatching(/^\d+ events are counted$/),
  ]);
});

test("an interruption ends it", async () => {
  const { options, stop, sent } = world({});
  stop.abort();
  expect(await followBurst(options)).toMatchObject({ sent: 0 });
  expect(sent()).toBe(0);
});

test("the burst grows while nothing comes of it, up to a bound", () => {
  expect([0, 19_999, 20_000, 40_000, 1e6].map(rateAt)).toEqual([2_000, 2_000, 4_000, 8_000, 32_000]);
});
