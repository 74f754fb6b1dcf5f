import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MAX_CATCH_UP_MS, resumeOrBegin, touchRun } from "./run-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ca3-run-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = () => join(folder, "run.json");
const wish = (nowMs: number, over: { fingerprint?: string; bounded?: boolean } = {}) => ({
  fingerprint: "a",
  bounded: false,
  nowMs,
  ...over,
});

test("a second start goes on with the run of the first", () => {
  const first = resumeOrBegin(path(), wish(1000));
  const second = resumeOrBegin(path(), wish(5000));
  expect([first.resumed, second.resumed]).toEqual([false, true]);
  expect(second.run).toEqual({ ...first.run, seenMs: 5000 });
});

test("other options begin another run and leave the first alone", () => {
  const first = resumeOrBegin(path(), wish(1000));
  expect(resumeOrBegin(path(), wish(2000, { fingerprint: "b" })).resumed).toBe(false);
  expect(resumeOrBegin(path(), wish(3000)).run.id).toBe(first.run.id);
});

test.each([
  ["an endless run begins anew after a long pause", false, MAX_CATCH_UP_MS + 1, false],
  ["an endless run goes on after a short pause", false, MAX_CATCH_UP_MS, true],
  ["a run that ends by itself always goes on", true, 365 * 86_400_000, true],
])("%s", (_title, bounded, pauseMs, resumed) => {
  resumeOrBegin(path(), wish(1000, { bounded }));
  touchRun(path(), "a", 50_000);
  expect(resumeOrBegin(path(), wish(50_000 + pauseMs, { bounded })).resumed).toBe(resumed);
});

test("a damaged file is named, with what to do", () => {
  writeFileSync(path(), "{");
  expect(() => resumeOrBegin(path(), wish(0))).toThrow(/run\.json cannot be read/);
});
