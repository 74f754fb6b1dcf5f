import { expect, test } from "bun:test";
import { ApiError } from "./client.ts";
import { createPoller, type PollOptions, soonWhileEmpty } from "./poller.ts";

/** A poller on a clock that is moved by hand, whose loads are answered by hand. */
function rig(options: Partial<PollOptions<number>> = {}) {
  let nowMs = 0;
  let change = 0;
  const timers = new Set<{ atMs: number; run: () => void }>();
  const loads: { signal: AbortSignal; answer: (value: number) => void; fail: (error: Error) => void }[] = [];
  const poller = createPoller<number>({
    load: (signal) =>
      new Promise((answer, fail) => {
        loads.push({ signal, answer, fail });
      }),
    nextMs: (at) => at + 10_000,
    changes: () => ++change,
    now: () => nowMs,
    random: () => 1,
    setTimer: (run, ms) => {
      const timer = { atMs: nowMs + ms, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    ...options,
  });
  const settle = () => new Promise<void>((done) => setImmediate(done));
  const pass = async (ms: number) => {
    nowMs += ms;
    for (const timer of [...timers].filter((one) => one.atMs <= nowMs)) {
      timers.delete(timer);
      timer.run();
    }
    await settle();
  };
  return { poller, loads, pass, settle, state: () => poller.state.get() };
}

test("it loads at once and again after each interval, never twice at the same time", async () => {
  const { poller, loads, pass, settle, state } = rig();
  poller.start();
  await pass(0);
  expect(state()).toEqual({ loading: true });
  await pass(60_000);
  expect(loads).toHaveLength(1);
  loads[0]!.answer(7);
  await settle();
  expect(state()).toEqual({ data: 7, atMs: 60_000, loading: false });
  await pass(9_999);
  expect(loads).toHaveLength(1);
  await pass(1);
  expect(loads).toHaveLength(2);
  expect(state()).toMatchObject({ data: 7, loading: true });
});

test("a failure keeps the data, says why, and the next tries come later and later", async () => {
  const { poller, loads, pass, settle, state } = rig();
  poller.start();
  await pass(0);
  loads[0]!.answer(7);
  await settle();
  await pass(10_000);
  loads[1]!.fail(new ApiError({ status: 503, title: "busy" }));
  await settle();
  expect(state()).toMatchObject({ data: 7, problem: { status: 503, title: "busy" }, loading: false });
  await pass(1_000);
  loads[2]!.fail(new ApiError({ status: 503, title: "busy" }));
  await settle();
  await pass(1_999);
  expect(loads).toHaveLength(3);
  await pass(1);
  loads[3]!.answer(8);
  await settle();
  expect(state()).toEqual({ data: 8, atMs: 13_000, loading: false });
});

test("a server that says when to come back is believed", async () => {
  const { poller, loads, pass, settle } = rig();
  poller.start();
  await pass(0);
  loads[0]!.fail(new ApiError({ status: 429, title: "slow down", retryAfterS: 60 }));
  await settle();
  await pass(59_000);
  expect(loads).toHaveLength(1);
  await pass(1_000);
  expect(loads).toHaveLength(2);
});

test("stopped, it drops what is under way and keeps what it has; started again it makes up for it", async () => {
  const { poller, loads, pass, settle, state } = rig();
  poller.start();
  await pass(0);
  loads[0]!.answer(7);
  await settle();
  await pass(10_000);
  poller.stop();
  expect(loads[1]!.signal.aborted).toBe(true);
  loads[1]!.answer(9);
  await pass(600_000);
  expect(state()).toMatchObject({ data: 7, loading: false });
  expect(loads).toHaveLength(2);
  poller.start();
  await pass(0);
  expect(loads).toHaveLength(3);
});

test("while nothing new is known of, it only looks once a minute", async () => {
  const { poller, loads, pass, settle } = rig({ changes: () => 1 });
  poller.start();
  await pass(0);
  loads[0]!.answer(7);
  await settle();
  for (let s = 10; s < 60; s += 10) await pass(10_000);
  expect(loads).toHaveLength(1);
  await pass(10_000);
  expect(loads).toHaveLength(2);
});

test("what does not change any more is loaded once, and again when asked to", async () => {
  const { poller, loads, pass, settle } = rig({ nextMs: () => undefined });
  poller.start();
  await pass(0);
  loads[0]!.answer(7);
  await settle();
  await pass(1e9);
  expect(loads).toHaveLength(1);
  poller.retry();
  expect(loads).toHaveLength(2);
});

test("while there is nothing yet, it is asked for again soon; a view that stands still is not", () => {
  const isEmpty = (data: number) => data === 0;
  const next = soonWhileEmpty((at) => at + 10_000, isEmpty);
  expect([next(0, 0), next(0, 7)]).toEqual([1_000, 10_000]);
  expect(soonWhileEmpty((at) => at + 500, isEmpty)(0, 0)).toBe(500);
  expect(soonWhileEmpty(() => undefined, isEmpty)(0, 0)).toBeUndefined();
});
