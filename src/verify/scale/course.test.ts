import { expect, test } from "bun:test";
import { wantedBy } from "./autoscaler.ts";
import { type BurstOptions, followBurst } from "./course.ts";
import { beforeFinding, courseFinding } from "./finding.ts";
import type { Manners } from "./manners.ts";
import { untilAtRest } from "./rest.ts";
import type { Seen } from "./watch.ts";

const EVENTS = 5_000;
const UP_S = 10;
const DOWN_S = 30;
const STARTS_S = 4;
const MEASURED_EVERY_S = 10;

type World = {
  /** Records a second that one processor does, at full use. */
  readonly each?: number;
  readonly max?: number;
  /** Percent of what is requested that one uses at full use, and idle. */
  readonly full?: number;
  readonly idle?: number;
  /** Percent of the memory that is requested. */
  readonly memory?: number;
  readonly counts?: number;
  readonly starts?: boolean;
  /** Pods that are there at first. */
  readonly from?: number;
};

/** A cluster in a time of its own, a second at a time, with an autoscaler as Kubernetes has it. */
function world(of: World = {}) {
  const { each = 3_000, max = 3, full = 250, idle = 5, memory = 30, counts = EVENTS, starts = true } = of;
  let [nowMs, ticked, sent, done, use] = [0, 0, 0, 0, idle];
  let [desired, measured] = [of.from ?? 1, idle];
  const born: number[] = Array.from({ length: desired }, () => -STARTS_S);
  let recommended: { atS: number; count: number }[] = [];
  const metrics = () => [
    { name: "cpu", percent: true, target: 70, now: measured },
    { name: "memory", percent: true, target: 80, now: memory },
  ];
  const ready = () => born.filter((at, n) => ticked - at >= STARTS_S && (starts || n === 0)).length;
  const tick = () => {
    ticked++;
    const could = ready() * each;
    const did = Math.min(could, sent - done);
    done += did;
    use = could === 0 ? idle : Math.max(idle, (full * did) / could);
    if (ticked % MEASURED_EVERY_S === 0) measured = use;
    const wish = Math.max(...metrics().map((one) => wantedBy(one, desired)!));
    recommended.push({ atS: ticked, count: Math.min(max, Math.max(1, wish)) });
    recommended = recommended.filter(({ atS }) => atS > ticked - DOWN_S);
    const up = Math.min(...recommended.filter(({ atS }) => atS > ticked - UP_S).map(({ count }) => count));
    const down = Math.max(...recommended.map(({ count }) => count));
    desired = desired < up ? up : Math.min(desired, down);
    while (born.length < desired) born.push(ticked);
    born.length = desired;
  };
  const look = async (): Promise<Seen> => ({
    ...{ min: 1, max, current: born.length, desired, metrics: metrics(), ready: ready() },
    ...{ trouble: undefined, holds: undefined },
  });
  const stop = new AbortController();
  const said: string[] = [];
  const manners: Manners = { upMs: 1000 * UP_S, downMs: 1000 * DOWN_S, stepsDownMs: () => 0 };
  const options = async (): Promise<BurstOptions> => ({
    clock: {
      now: () => nowMs,
      sleep: async (ms) => {
        nowMs += Math.max(ms, 1);
        while (ticked * 1000 < nowMs) tick();
      },
    },
    ...{ signal: stop.signal, before: await look(), manners, events: EVENTS, least: 0 },
    ...{ burstMs: 100_000, settleMs: 60_000, look },
    send: async (_from, count) => {
      sent += count;
    },
    lags: async () => [
      { topic: "t", partition: 0, committed: done, endOffset: sent, lag: sent - done, lagSeconds: 0 },
    ],
    counted: async () => Math.min(done, counts),
    stored: async () => Math.min(done, EVENTS),
    tell: (text) => said.push(text),
  });
  return { options, stop, said };
}

const problemsOf = async (of: World) => {
  const { problems = [] } = courseFinding(await followBurst(await world(of).options()), "look");
  return problems.map(({ message, hint }) => [message, hint]);
};

test("an autoscaler that follows, out and in, has no problem, and everything about it is told", async () => {
  const { options, said } = world();
  const course = await followBurst(await options());
  expect(course).toMatchObject({
    ...{ before: { desired: 1, ready: 1 }, most: { desired: 3, ready: 3 }, after: { desired: 1, ready: 1 } },
    ...{ counted: EVENTS, stored: EVENTS, behind: 0, outrun: false },
  });
  expect(course.wantedMs).toBeGreaterThan(1000 * UP_S);
  expect(course.readyMs).toBeGreaterThan(course.wantedMs!);
  expect(course.backMs).toBeGreaterThanOrEqual(1000 * DOWN_S);
  // what waits is in keeping with what they do
  expect(course.drainedMs).toBeLessThan(10_000);
  const { problems, summary } = courseFinding(course, "look");
  expect(problems).toEqual([]);
  expect(summary).toMatch(
    /^1 → 3 processors wanted after \S+ s, 3 ready after \S+ s; [\d,]+ records, at most [\d,]+ waiting and none \S+ m?s after the last; 5,000 of 5,000 events counted, 5,000 stored; 1 wanted and 1 ready again after [\d ms.]+$/,
  );
  expect(said[0]).toMatch(
    /^sending until more are wanted: 5,?\d*\.?\d*k records, 0 wait; 1 of 3 processors wanted, 1 ready; cpu 5 % of 70 %, memory 30 % of 80 %; at most 1 m \d\d s more$/,
  );
  expect(said.at(-2)).toContain("down to 1 takes 30.0 s of little use; at most ");
});

test("why no more are wanted is told by what the autoscaler saw", async () => {
  expect(await problemsOf({ full: 60 })).toEqual([
    [
      expect.stringMatching(
        /^1 of 3 processors stay wanted under [\d,]+ records in 1 m 5\d s, with cpu 60 % of 70 %, memory 30 % of 80 % at the most: records wait/,
      ),
      expect.stringContaining("scale by lag"),
    ],
  ]);
  expect(await problemsOf({ each: 1e9, full: 60 })).toEqual([
    [
      expect.stringMatching(/the processors do [\d,]+ records\/s, as fast as they can be sent/),
      expect.stringContaining("deploy.processor.cpuRequest"),
    ],
  ]);
});

test("processors that do not start, do not go away, or are too slow are told", async () => {
  expect(await problemsOf({ starts: false })).toEqual([
    ["3 processors were wanted, and 1 were ready within 1 m 50 s", "ca3 status"],
  ]);
  expect(await problemsOf({ memory: 50 })).toEqual([
    [
      "2 processors are wanted and 2 ready still, 1 m 30 s after all was processed: memory 50 % of 80 %",
      expect.stringContaining(
        "raise deploy.processor.memoryRequest, by which it is measured, more than 1.3 times",
      ),
    ],
  ]);
  expect(await problemsOf({ each: 10 })).toContainEqual([
    expect.stringMatching(/^[\d,]+ records are not processed 1 m 00 s after the last was sent$/),
    "ca3 status; more time: verify.settle",
  ]);
});

test("events that are lost or doubled are told", async () => {
  expect(await problemsOf({ counts: EVENTS - 1 })).toEqual([
    ["4,999 events are counted", expect.stringContaining("dlq")],
  ]);
  expect(await problemsOf({ counts: 1e9 })).toEqual([
    [expect.stringMatching(/^[\d,]+ events are counted$/), expect.stringContaining("another ca3 verify")],
  ]);
});

test("nothing is sent while the number changes by itself, and not when it cannot rise or fall", async () => {
  const { options, said } = world({ from: 2 });
  const before = await options();
  const { seen, atRest } = await untilAtRest(before);
  expect([atRest, seen.desired, seen.ready]).toEqual([true, 1, 1]);
  expect(said[0]).toMatch(
    /^waiting until nothing scales by itself: 2 of 3 processors wanted, 2 ready; cpu 5 %/,
  );
  const refusal = (one: Partial<Seen>, rest = true, manners = before.manners) =>
    beforeFinding({ ...seen, ...one }, rest, manners, "look")?.problems?.[0]?.message;
  expect(refusal({})).toBeUndefined();
  expect(refusal({ desired: 3 })).toBe("3 processors are wanted already, and 3 are the most");
  expect(refusal({ trouble: "no metrics" })).toBe("the autoscaler can do nothing: no metrics");
  expect(refusal({ ready: 0 }, false)).toContain("about to change by itself: 1 wanted, 0 ready; cpu");
  const oneWay = { ...before.manners, stepsDownMs: () => undefined };
  expect(refusal({}, true, oneWay)).toContain("takes no processor away again");
});

test("an interruption ends it", async () => {
  const { options, stop } = world();
  stop.abort();
  expect(await followBurst(await options())).toMatchObject({ sent: 0, stored: undefined });
});
