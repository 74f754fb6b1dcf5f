import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileCheckpoints, memoryCheckpoints } from "./checkpoints.ts";

const folder = mkdtempSync(join(tmpdir(), "ca3-checkpoints-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;
const fresh = () => join(folder, String(made++), "checkpoints");

describe.each([
  ["memory", memoryCheckpoints],
  ["files", () => fileCheckpoints(fresh())],
] as const)("checkpoints in %s", (_kind, open) => {
  test("give back the newest one of each source", () => {
    const store = open();
    expect(store.get("a")).toBeUndefined();
    for (const [source, checkpoint] of [
      ["a", "1"],
      ["b/c", "x"],
      ["a", "2"],
      ["b:c", "{}"],
    ] as const)
      store.put(source, checkpoint);
    expect(["a", "b/c", "b:c"].map((source) => store.get(source))).toEqual(["2", "x", "{}"]);
  });
});

test("another process finds what was kept, and no half-written file is left", () => {
  const path = fresh();
  fileCheckpoints(path).put("replay of ü.csv", "42");
  expect(fileCheckpoints(path).get("replay of ü.csv")).toBe("42");
  expect(readdirSync(path).filter((name) => !name.endsWith(".json"))).toEqual([]);
});

test.each(["", "{", "[]", '{"source":"other","checkpoint":"1"}', '{"source":"s","checkpoint":1}'])(
  "a damaged file %j counts as none, so the source begins anew",
  (text) => {
    const path = fresh();
    fileCheckpoints(path).put("s", "1");
    writeFileSync(join(path, readdirSync(path)[0]!), text);
    expect(fileCheckpoints(path).get("s")).toBeUndefined();
  },
);

test("a folder that cannot be made is named", () => {
  const blocker = join(folder, "file");
  writeFileSync(blocker, "");
  chmodSync(blocker, 0o600);
  expect(() => fileCheckpoints(join(blocker, "deep")).put("s", "1")).toThrow(
    /cannot keep the checkpoint .*deep/,
  );
});
