import { expect, test } from "bun:test";
import type { SourceHealth } from "../producer/source.ts";
import { sourcesCheck, withSources } from "./sources-check.ts";

const well: SourceHealth = { ok: true, detail: "fine" };
const away: SourceHealth = { ok: false, detail: "nobody answers" };

test.each<[string, Record<string, SourceHealth>, boolean, string]>([
  ["no source", {}, true, "all 0 are well"],
  ["one that is well", { a: well }, true, "well"],
  ["several that are well", { a: well, b: well }, true, "all 2 are well"],
  ["one of several away", { a: well, b: away }, true, "1 of 2 are away: b: nobody answers"],
  ["the only one away", { a: away }, false, "a: nobody answers"],
  [
    "all away",
    { a: away, b: away, c: away, d: away },
    false,
    "4 of 4 are away: a: nobody answers; b: nobody answers; c: nobody answers; and 1 more",
  ],
])("%s", (_name, health, ok, detail) =>
  expect(sourcesCheck(health)).toEqual({ name: "sources", ok, detail }),
);

test("a pipeline whose sources are all away is not ready, and says why", () => {
  const processor = { ready: true, checks: [{ name: "store", ok: true, detail: "answers" }] };
  expect(withSources(processor, { a: away })).toMatchObject({
    ready: false,
    checks: [{ name: "store" }, { name: "sources", ok: false }],
  });
  expect(withSources(processor, { a: away, b: well }).ready).toBe(true);
});
