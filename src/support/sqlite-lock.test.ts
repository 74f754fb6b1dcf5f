import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tryLock } from "./sqlite-lock.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ca3-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("one holder at a time, and releasing twice does no harm", () => {
  const path = join(folder, "a.lock");
  const first = tryLock(path);
  expect(first).toBeDefined();
  expect(tryLock(path)).toBeUndefined();
  first?.release();
  first?.release();
  const second = tryLock(path);
  expect(second).toBeDefined();
  second?.release();
});

test("the lock of a process that was killed is free at once", async () => {
  const path = join(folder, "a.lock");
  const program = `
    import { tryLock } from ${JSON.stringify(join(import.meta.dir, "sqlite-lock.ts"))};
    const lock = tryLock(${JSON.stringify(path)});
    process.stdout.write(lock ? "held" : "refused");
    setInterval(() => {}, 1000);`;
  const child = Bun.spawn([process.execPath, "-e", program], { stdout: "pipe" });
  const { value } = await child.stdout.getReader().read();
  expect(new TextDecoder().decode(value)).toBe("held");
  expect(tryLock(path)).toBeUndefined();
  child.kill("SIGKILL");
  await child.exited;
  const lock = tryLock(path);
  expect(lock).toBeDefined();
  lock?.release();
});

test("a path that cannot be opened is named", () => {
  const path = join(folder, "none", "a.lock");
  expect(() => tryLock(path)).toThrow(`cannot lock ${path} (SQLITE_CANTOPEN)`);
});
