import { expect, test } from "bun:test";
import { listOf, mapOf, plainOf, record } from "./setting-structures.ts";
import { choice, duration, text, whole } from "./setting-types.ts";
import { resolveSettings } from "./settings.ts";

const pool = record({
  name: { type: text, doc: "name" },
  count: { type: whole(0, 10), doc: "how many", default: 2 },
  every: { type: duration, doc: "how often", default: 60_000 },
  kind: { type: choice("a", "b"), doc: "which", optional: true },
});
const pools = listOf(pool, { min: 1, max: 3 });

test("what is not given takes its default", () =>
  expect(pools.parse([{ name: "x" }])).toEqual({
    value: [{ name: "x", count: 2, every: 60_000, kind: undefined }],
  }));

test("everything that is wrong is said at once, each with its place", () => {
  const parsed = pools.parse([{ nam: "x", count: 99 }, "no", { name: "y", kind: "c" }]);
  expect("parts" in parsed && parsed.parts).toEqual([
    { part: "0.nam", problem: "unknown setting, did you mean name?" },
    { part: "0.name", problem: "is required (name)" },
    { part: "0.count", problem: "expected a whole number from 0 to 10", raw: 99 },
    { part: "1", problem: expect.stringContaining("expected name, count"), raw: "no" },
    { part: "2.kind", problem: "expected one of a, b", raw: "c" },
  ]);
});

test("the list itself has limits", () => {
  expect(pools.parse([])).toEqual({ problem: "expected 1 to 3 entries, not 0" });
  expect(pools.parse("x")).toHaveProperty("problem");
  expect(pools.parse("[{")).toHaveProperty("problem");
});

test("names of one's own lead to values of one type", () => {
  const labels = mapOf(text);
  expect(labels.parse({ team: "a", n: 1 })).toEqual({ value: { team: "a", n: "1" } });
  expect(labels.parse({ team: {} })).toMatchObject({ parts: [{ part: "team" }] });
});

test("a value is written as it is read", () => {
  const { value } = pools.parse([{ name: "x", every: "5m" }]) as { value: never };
  expect(plainOf(pools, value)).toEqual([{ name: "x", count: 2, every: "5m", kind: undefined }]);
  expect(pools.parse(plainOf(pools, value))).toEqual({ value });
});

test("settings name each part where it stands", () => {
  const settings = { workers: { path: "cluster.workers", doc: "w", type: pools, optional: true } } as const;
  const file = { cluster: { workers: [{ name: "x", count: "many" }] } };
  expect(resolveSettings(settings, { file }).problems).toEqual([
    'cluster.workers.0.count in ca3.yaml: expected a whole number from 0 to 10, got "many"',
  ]);
});

test("a variable holds a structure as JSON, and a list of words with commas", () => {
  expect(pools.parse('[{"name":"x"}]')).toMatchObject({ value: [{ name: "x" }] });
  expect(listOf(text).parse("a, b")).toEqual({ value: ["a", "b"] });
  expect(mapOf(text).parse('{"team":"a"}')).toEqual({ value: { team: "a" } });
});
