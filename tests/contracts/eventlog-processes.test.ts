import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedLog } from "../../src/eventlog/embedded.ts";
import { until } from "../helpers/until.ts";
import { read, textOf } from "./eventlog/rig.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ca3-eventlog-processes-"));
  path = join(folder, "log.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function run(program: string, ...words: string[]): Promise<string> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "eventlog", program), path, ...words], {
    stdout: "pipe",
    stderr: "inherit",
  });
  const said = await new Response(child.stdout).text();
  expect(await child.exited).toBe(0);
  return said;
}

test("several processes create and fill one log at once, and a reader in yet another sees all in order", async () => {
  const names = ["a", "b", "c"];
  const appending = Promise.all(names.map((name) => run("busy-appender.ts", name, "60")));
  const log = openEmbeddedLog(path, { pollMs: 10 });
  await log.ensureTopics([{ name: "t", partitions: 3 }]);
  const reading = await read(log, "t", { group: "g" });
  await appending;
  await until("all were read", () => reading.count() >= names.length * 600);
  await reading.consumer.stop();
  for (const name of names) {
    const own = reading.batches.flatMap(({ records }) => records.filter(({ key }) => key === name));
    expect(own.map(textOf)).toEqual(Array.from({ length: 600 }, (_, i) => `${name}${i}`));
  }
  for (const { endOffset, committed } of await log.lag("g", ["t"])) expect(committed).toBe(endOffset);
  await log.close();
});

test("reading 400 MB of backlog takes a fraction of it as memory, large records or small", async () => {
  const log = openEmbeddedLog(path);
  const topics = { small: 500, large: 2_000_000 };
  for (const [name, size] of Object.entries(topics)) {
    await log.ensureTopics([{ name, partitions: 1 }]);
    const value = new Uint8Array(size).fill(0x61);
    const perCall = Math.min(20_000, 20_000_000 / size);
    for (let bytes = 0; bytes < 400_000_000; bytes += perCall * size)
      await log.append(Array.from({ length: perCall }, () => ({ topic: name, key: null, value })));
  }
  await log.close();
  for (const name of Object.keys(topics))
    expect(Number(await run("backlog-reader.ts", name)) / 1e6).toBeLessThan(150);
}, 60_000);
