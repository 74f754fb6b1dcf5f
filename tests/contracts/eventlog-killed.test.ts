import { expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedLog } from "../../src/eventlog/embedded.ts";
import { GROUP, TOPIC } from "./eventlog/endless-user.ts";
import { ends, readAll, textOf } from "./eventlog/rig.ts";

const KILLS = 30;

/** Mostly early, now and then after the first commits were written. */
const lifeMs = () => Math.random() ** 3 * 250;

/** Lets a process append and read, kills it at a random moment, and returns what it said. */
async function runAndKill(path: string, run: number): Promise<string[]> {
  const program = join(import.meta.dir, "eventlog/endless-user.ts");
  const perCall = 1 + Math.floor(Math.random() * 60);
  const child = Bun.spawn([process.execPath, program, path, String(run), String(perCall)], {
    stdout: "pipe",
    stderr: "inherit",
  });
  let said = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    if (said === "") setTimeout(() => child.kill("SIGKILL"), lifeMs());
    said += decoder.decode(chunk, { stream: true });
  }
  await child.exited;
  expect(child.signalCode).toBe("SIGKILL");
  return said.slice(0, said.lastIndexOf("\n")).split("\n");
}

const numbers = (lines: readonly string[], kind: string) =>
  lines.filter((line) => line.startsWith(`${kind} `)).map((line) => line.split(" ").slice(1).map(Number));

test(`killed ${KILLS} times at random, the log keeps what it acknowledged and delivers all of it`, async () => {
  const folder = await mkdtemp(join(tmpdir(), "ca3-eventlog-killed-"));
  const path = join(folder, "log.db");
  const acknowledged: number[] = [];
  const done = new Map<number, Set<number>>([0, 1, 2].map((partition) => [partition, new Set()]));
  for (let run = 0; run < KILLS; run += 1) {
    const lines = await runAndKill(path, run);
    acknowledged.push(numbers(lines, "a").at(-1)?.[0] ?? 0);
    for (const [partition, first, last] of numbers(lines, "d"))
      for (let offset = first!; offset <= last!; offset += 1) done.get(partition!)!.add(offset);
  }

  const log = openEmbeddedLog(path);
  const total = (await log.topics())[0]!.records;
  const batches = await readAll(log, TOPIC, total);
  const last = ends(batches);
  const found = acknowledged.map(() => [] as number[]);
  for (const partition of [0, 1, 2]) {
    const own = batches.filter((batch) => batch.partition === partition).flatMap((batch) => batch.records);
    expect(own.map(({ offset }) => offset)).toEqual(own.map((_, i) => i));
    for (const record of own) {
      const [run, seq] = textOf(record).split(":").map(Number);
      found[run!]!.push(seq!);
    }
  }
  for (const [run, seqs] of found.entries()) {
    seqs.sort((a, b) => a - b);
    expect(seqs).toEqual(seqs.map((_, i) => i)); // a call is written wholly or not at all
    expect(seqs.length).toBeGreaterThanOrEqual(acknowledged[run]!);
  }
  expect(acknowledged.filter((count) => count > 0).length).toBeGreaterThan(KILLS / 2);

  const left = (await log.lag(GROUP, [TOPIC])).reduce((sum, { lag }) => sum + lag, 0);
  for (const { partition, records } of await readAll(log, TOPIC, left, { group: GROUP }))
    for (const { offset } of records) done.get(partition)!.add(offset);
  for (const [partition, offsets] of done) expect(offsets.size).toBe(last.get(partition) ?? 0);
  expect(left).toBeLessThan(total);
  await log.close();
  rmSync(folder, { recursive: true });
}, 60_000);
