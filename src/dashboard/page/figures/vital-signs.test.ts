import { expect, test } from "bun:test";
import { ageOf, freshnessLevel } from "./vital-signs.ts";

const now = Date.parse("2026-11-23T09:00:00Z");

test.each([
  ["nothing is stored", [{ newest: null }], undefined, "ok"],
  [
    "one kind is fresh",
    [{ newest: "2026-11-23T08:59:55Z" }, { newest: "2023-11-16T19:14:10Z" }],
    5_000,
    "ok",
  ],
  ["a minute has passed", [{ newest: "2026-11-23T08:59:00Z" }], 60_000, "warn"],
  ["ten have", [{ newest: "2026-11-23T08:50:00Z" }, { newest: null }], 600_000, "bad"],
  ["the event's clock is ahead", [{ newest: "2026-11-23T09:00:05Z" }], 0, "ok"],
])("%s", (_name, kinds, ageMs, level) => {
  expect(ageOf(kinds, now)).toBe(ageMs as number);
  expect(freshnessLevel(ageMs)).toBe(level as never);
});
