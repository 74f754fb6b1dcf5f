import { expect, test } from "bun:test";
import { createStream } from "./stream.ts";

function rig() {
  let nowMs = 0;
  let lost = 0;
  let timer: { atMs: number; run: () => void } | undefined;
  const ticks: string[] = [];
  const sources: { fire: (type: string, data?: string) => void; closed: boolean }[] = [];
  const stream = createStream({
    open: () => {
      const listeners = new Map<string, (event: { data?: string }) => void>();
      const one = {
        closed: false,
        fire: (type: string, data?: string) => listeners.get(type)?.(data === undefined ? {} : { data }),
        addEventListener: (type: string, listener: (event: { data?: string }) => void) =>
          void listeners.set(type, listener),
        close: () => {
          one.closed = true;
        },
      };
      sources.push(one);
      return one;
    },
    onTick: (data) => ticks.push(data),
    onLost: () => lost++,
    now: () => nowMs,
    random: () => 1,
    setTimer: (run, ms) => {
      const mine = { atMs: nowMs + ms, run };
      timer = mine;
      return () => {
        if (timer === mine) timer = undefined;
      };
    },
  });
  const pass = (ms: number) => {
    nowMs += ms;
    if (timer && timer.atMs <= nowMs) timer.run();
  };
  return { stream, ticks, sources, pass, lost: () => lost, state: () => stream.connection.get() };
}

test("the first event opens it", () => {
  const { stream, sources, ticks, state } = rig();
  stream.start();
  expect(state()).toEqual({ state: "connecting" });
  sources[0]!.fire("tick", "{}");
  expect(state()).toEqual({ state: "open" });
  expect(ticks).toEqual(["{}"]);
});

test("a break is waited out, longer each time, and told from its beginning", () => {
  const { stream, sources, pass, state, lost } = rig();
  stream.start();
  sources[0]!.fire("tick", "1");
  pass(5_000);
  sources[0]!.fire("error");
  expect(sources[0]!.closed).toBe(true);
  expect(state()).toEqual({ state: "waiting", sinceMs: 5_000, retryMs: 6_000 });
  pass(1_000);
  expect(state().state).toBe("waiting");
  sources[1]!.fire("error");
  expect(state()).toEqual({ state: "waiting", sinceMs: 5_000, retryMs: 8_000 });
  pass(2_000);
  sources[2]!.fire("tick", "2");
  expect(state()).toEqual({ state: "open" });
  sources[2]!.fire("error");
  expect(state()).toEqual({ state: "waiting", sinceMs: 8_000, retryMs: 9_000 });
  expect(lost()).toBe(3);
});

test("one may try at once instead of waiting", () => {
  const { stream, sources } = rig();
  stream.start();
  sources[0]!.fire("error");
  stream.retry();
  expect(sources).toHaveLength(2);
  stream.retry();
  expect(sources).toHaveLength(3);
  sources[2]!.fire("tick", "1");
  stream.retry();
  expect(sources).toHaveLength(3);
});

test("stopped, it is quiet, and what a closed connection still says is not heard", () => {
  const { stream, sources, pass, ticks, state } = rig();
  stream.start();
  sources[0]!.fire("tick", "1");
  stream.stop();
  sources[0]!.fire("tick", "2");
  sources[0]!.fire("error");
  pass(1e6);
  expect(ticks).toEqual(["1"]);
  expect(sources).toHaveLength(1);
  expect(state()).toEqual({ state: "off" });
  stream.start();
  expect(sources).toHaveLength(2);
});
