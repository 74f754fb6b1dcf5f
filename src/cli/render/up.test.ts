import { expect, test } from "bun:test";
import { progressLine, summary } from "./up.ts";

const counts = { consumed: 0, stored: 20_068, duplicates: 0, deadLettered: 0 };

test.each([
  ["all is well", counts, undefined, "20,068 stored · 42/s"],
  ["records came twice", { ...counts, duplicates: 3 }, undefined, "20,068 stored · 42/s · 3 sent again"],
  ["poison", { ...counts, deadLettered: 2 }, undefined, "20,068 stored · 42/s · 2 dead-lettered"],
  ["an outage", counts, "store: disk full", "20,068 stored · 42/s · waiting: store: disk full"],
])("progress when %s", (_when, seen, trouble, line) => expect(progressLine(seen, 42.4, trouble)).toBe(line));

const store = { words: " --data d" };

test("the summary names the next command, and the dead letters when there are some", () => {
  expect(summary({ ...counts, deadLettered: 2 }, { store, interrupted: false })).toEqual([
    "done: 20,068 events stored, 0 sent again, 2 dead-lettered",
    "next: ca3 report --data d",
    "      ca3 dlq list --data d",
  ]);
  expect(summary(counts, { store, interrupted: true })[0]).toEndWith("the same command resumes from here");
});
