import { expect, test } from "bun:test";
import { PoisonWatch } from "./poison.ts";

function watched(pattern: string, stopRatio = 0.5, window = 10) {
  const watch = new PoisonWatch({ stopRatio, window });
  for (const letter of pattern) watch.add("t", letter === "x");
  return watch.flood("t", "malformed_json: example");
}

test.each([
  ["fewer records than the window never stop", "x".repeat(9), undefined],
  ["a share at the limit passes", "xxxxx.....", undefined],
  ["a share above the limit stops", "xxxxxx....", "CA3_POISON_FLOOD"],
  ["only the newest window counts: old poison is forgotten", `${"x".repeat(10)}..........`, undefined],
  [
    "only the newest window counts: old health does not hide new poison",
    `${".".repeat(99)}xxxxxx`,
    "CA3_POISON_FLOOD",
  ],
])("%s", (_title, pattern, code) => {
  expect(watched(pattern)?.code).toBe(code as never);
});

test("a limit of 1 lets everything pass", () => {
  expect(watched("x".repeat(50), 1)).toBeUndefined();
});

test("topics are judged apart, so a small one cannot hide behind a busy one", () => {
  const watch = new PoisonWatch({ stopRatio: 0.5, window: 10 });
  for (let at = 0; at < 1000; at++) watch.add("busy", false);
  for (let at = 0; at < 10; at++) watch.add("small", true);
  expect(watch.flood("busy", "")).toBeUndefined();
  expect(watch.flood("small", "x")?.code).toBe("CA3_POISON_FLOOD");
});

test("the error says how many, where, the limit and an example", () => {
  expect(watched("xxxxxxxx..")?.message).toBe(
    "8 of the newest 10 records of t can never be stored (limit 50 %); the newest: malformed_json: example",
  );
});
