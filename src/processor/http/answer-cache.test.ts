import { expect, test } from "bun:test";
import { AnswerCache } from "./answer-cache.ts";

function steered(maxBytes = 1000) {
  const clock = { ms: 0, now: () => clock.ms, sleep: async () => {} };
  const cache = new AnswerCache(clock, 1000, maxBytes);
  let made = 0;
  const ask = async (key: string, make = async () => `${key}${++made}`) => (await cache.get(key, make)).text;
  return { clock, cache, ask };
}

test("the same question within the time is answered once, then anew", async () => {
  const { clock, ask } = steered();
  expect([await ask("a"), await ask("a"), await ask("b")]).toEqual(["a1", "a1", "b2"]);
  clock.ms = 999;
  expect(await ask("a")).toBe("a1");
  clock.ms = 1000;
  expect(await ask("a")).toBe("a3");
});

test("who asks while the answer is being made waits for that one, however long it takes", async () => {
  const { clock, ask } = steered();
  const gate = Promise.withResolvers<string>();
  const first = ask("a", () => gate.promise);
  clock.ms = 60_000;
  const second = ask("a", () => Promise.reject(new Error("asked twice")));
  gate.resolve("slow");
  expect(await Promise.all([first, second])).toEqual(["slow", "slow"]);
});

test("a failure reaches everybody who waits, and the next one asks again", async () => {
  const { ask } = steered();
  const fails = () => Promise.reject(new Error("no store"));
  const both = await Promise.allSettled([ask("a", fails), ask("a", fails)]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await ask("a")).toBe("a1");
});

test("what is kept stays within the limit, and leaves when it is old", async () => {
  const { clock, cache, ask } = steered(100);
  for (const key of ["a", "b", "c", "d"]) await ask(key, async () => key.repeat(40));
  expect(cache.bytes).toBeLessThanOrEqual(100);
  expect(await ask("d")).toBe("d".repeat(40));
  clock.ms = 5000;
  await ask("e", async () => "e");
  expect(cache.bytes).toBe(1);
  await ask("huge", async () => "h".repeat(500));
  expect(cache.bytes).toBe(0);
});

test("a body is compressed once, and comes out as it went in", async () => {
  const { cache } = steered();
  const answer = await cache.get("a", async () => "tokens ".repeat(1000));
  const [one, two] = await Promise.all([answer.gzipped(), answer.gzipped()]);
  expect(one).toBe(two);
  expect(new TextDecoder().decode(Bun.gunzipSync(one))).toBe(answer.text);
});
