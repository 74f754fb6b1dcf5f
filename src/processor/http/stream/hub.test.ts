import { afterEach, expect, test } from "bun:test";
import { quiet, steeredClock } from "../../../../tests/helpers/steered-clock.ts";
import { HttpProblem } from "../../../http/problem.ts";
import { type HubOptions, StreamHub } from "./hub.ts";

type Reader = ReadableStreamDefaultReader<Uint8Array>;
const readers: Reader[] = [];
afterEach(async () => {
  for (const reader of readers.splice(0)) await reader.cancel().catch(() => {});
});

function hubOf(options: Partial<HubOptions> = {}) {
  const clock = steeredClock(0);
  const state = { text: '{"n":1}', taken: 0 };
  const hub = new StreamHub({
    snapshot: async () => {
      state.taken++;
      return state.text;
    },
    clock,
    boot: "b",
    maxClients: 3,
    ...options,
  });
  const open = (signal?: AbortSignal) => {
    const reader = hub.open(signal).getReader();
    readers.push(reader);
    return reader;
  };
  return { clock, state, hub, open };
}
const next = async (reader: Reader) => {
  const { value, done } = await reader.read();
  return done ? "end" : new TextDecoder().decode(value);
};

test("a new client gets everything at once, then only what changed", async () => {
  const { clock, state, open } = hubOf();
  const reader = open();
  expect([await next(reader), await next(reader)]).toEqual([
    "retry: 2000\n\n",
    'event: tick\nid: b-1\ndata: {"n":1}\n\n',
  ]);
  await clock.advance(1000);
  state.text = '{"n":2}';
  await clock.advance(1000);
  expect(await next(reader)).toBe('event: tick\nid: b-2\ndata: {"n":2}\n\n');
});

test("a quiet stream is pinged often enough to stay open", async () => {
  const { clock, open } = hubOf();
  const reader = open();
  await next(reader);
  await next(reader);
  const ping = next(reader).then((text) => ({ text, atMs: clock.now() }));
  for (let second = 1; second <= 16; second++) await clock.advance(1000);
  const { text, atMs } = await ping;
  expect(text).toBe(": ping\n\n");
  expect(atMs).toBeLessThanOrEqual(8000);
  expect(await next(reader)).toBe(": ping\n\n");
});

test("the cost does not depend on the number of clients, and is nothing without any", async () => {
  const { clock, state, hub, open } = hubOf();
  const three = [open(), open(), open()];
  await clock.advance(1000);
  await clock.advance(1000);
  expect(state.taken).toBe(3);
  for (const reader of three) await reader.cancel();
  await quiet();
  expect([hub.clients, clock.sleeping()]).toEqual([0, []]);
  await clock.advance(10_000);
  expect(state.taken).toBe(3);
  expect(await next(open())).toBe("retry: 2000\n\n");
  await quiet();
  expect(state.taken).toBe(4);
});

test("one client too many is told to come back", () => {
  const { open } = hubOf({ maxClients: 1 });
  open();
  expect(() => open()).toThrow(HttpProblem);
});

test("a client that does not read is let go, the others stay", async () => {
  const { clock, state, hub, open } = hubOf({ maxQueuedBytes: 600 });
  const slow = open();
  const fast = open();
  for (let n = 0; n < 10; n++) {
    state.text = JSON.stringify({ n, filler: "x".repeat(100) });
    await clock.advance(1000);
    await next(fast);
  }
  expect(hub.clients).toBe(1);
  await expect(slow.read()).rejects.toThrow("too slowly");
});

test("streams end when the server stops, and no new one begins", async () => {
  const { hub, open } = hubOf();
  const stopping = new AbortController();
  const reader = open(stopping.signal);
  await next(reader);
  await next(reader);
  stopping.abort();
  expect(hub.clients).toBe(0);
  expect(await next(reader)).toBe("end");
  expect(() => open(stopping.signal)).toThrow("the server is stopping");
});

test("a stream ends after its time, so that access is looked at again", async () => {
  const { clock, hub, open } = hubOf({ maxAgeMs: 3_000 });
  open();
  for (let second = 0; second < 4; second++) await clock.advance(1000);
  expect(hub.clients).toBe(0);
});

test("a snapshot that fails does not end the streams", async () => {
  let fail = true;
  let taken = 0;
  const { clock, open, hub } = hubOf({
    snapshot: async () => {
      taken++;
      if (fail) throw new Error("no store");
      return `{"taken":${taken}}`;
    },
  });
  const reader = open();
  await next(reader);
  await clock.advance(1000);
  expect([hub.clients, taken]).toEqual([1, 2]);
  fail = false;
  await clock.advance(1000);
  expect(await next(reader)).toContain('data: {"taken":3}');
});

test("a snapshot that takes long is taken less often", async () => {
  const taken: number[] = [];
  const { clock, open } = hubOf({
    snapshot: async () => {
      taken.push(clock.now());
      await clock.sleep(500);
      return "{}";
    },
  });
  open();
  for (let half = 0; half < 20; half++) await clock.advance(500);
  expect(taken).toEqual([0, 5000, 10_000]);
});
