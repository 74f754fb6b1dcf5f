import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRunLog } from "./run-log.ts";

const root = mkdtempSync(join(tmpdir(), "ca3-log-"));
const folder = join(root, "logs");
afterEach(() => rmSync(folder, { recursive: true, force: true }));
let ms = Date.UTC(2026, 0, 1);
const open = (where = folder) =>
  openRunLog({ folder: where, command: "ca3 leave a", cluster: "demo", version: "1", now: () => ms++ });

test("one JSON object a line, for this user alone, with secrets blotted out", () => {
  const log = open();
  expect(log.path()).toBeUndefined();
  log.report({ type: "step.start", step: "a", title: "A" });
  log.report({ type: "step.failed", step: "a", tookMs: 1, message: "token: abcdefghijkl" });
  log.end({ ok: false, code: "CA3_REMOTE" });
  const path = log.path()!;
  expect(path).toEndWith("-leave.ndjson");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const text = readFileSync(path, "utf8");
  expect(text).not.toContain("abcdefghijkl");
  const lines = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map(({ type }) => type)).toEqual(["run.start", "step.start", "step.failed", "run.end"]);
  expect(lines[0]).toMatchObject({
    command: "ca3 leave a",
    cluster: "demo",
    time: "2026-01-01T00:00:00.001Z",
  });
});

test("only the newest are kept", () => {
  for (let run = 0; run < 53; run++) open().report({ type: "step.start", step: "a", title: "A" });
  expect(readdirSync(folder)).toHaveLength(50);
});

test("where nothing can be written there is no log, and no error", () => {
  const file = join(root, "file");
  writeFileSync(file, "");
  const log = open(join(file, "logs"));
  log.end({ ok: true });
  expect(log.path()).toBeUndefined();
});
