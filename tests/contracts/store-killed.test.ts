import { expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedStore } from "../../src/store/embedded.ts";
import { ORIGINS, process as processBatch, recompute, storedRollups, streamed } from "./store/stream.ts";

const KILLS = 30;

/** Lets a writer run from `start`, kills it at a random moment, and returns how far it said it was. */
async function runAndKill(path: string, start: number): Promise<number> {
  const program = join(import.meta.dir, "store/endless-writer.ts");
  const batch = 20 + Math.floor(Math.random() * 40);
  const child = Bun.spawn([process.execPath, program, path, String(start), String(batch)], {
    stdout: "pipe",
    stderr: "inherit",
  });
  let said = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    if (said === "") setTimeout(() => child.kill("SIGKILL"), Math.random() * 40);
    said += decoder.decode(chunk);
  }
  await child.exited;
  expect(child.signalCode).toBe("SIGKILL");
  return Number(said.trimEnd().split("\n").at(-1));
}

test(`killed ${KILLS} times at random, no event is stored twice and the rollups equal a recomputation`, async () => {
  const folder = await mkdtemp(join(tmpdir(), "ca3-store-killed-"));
  const path = join(folder, "store.db");
  let reached = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const again = Math.floor(Math.random() * 60);
    reached = Math.max(reached, await runAndKill(path, Math.max(0, reached - again)));
  }

  const store = openEmbeddedStore(path);
  for (const origin of ORIGINS) {
    const newest = (await Array.fromAsync(store.scanEvents()))
      .filter((one) => one.origin === origin)
      .reduce((offset, one) => Math.max(offset, one.offset), 0);
    expect(newest).toBeGreaterThanOrEqual(reached - 1);
    for (let from = 0; from <= newest; from += 333)
      await processBatch(store, origin, from, Math.min(from + 333, newest + 1));
    const kept = (await Array.fromAsync(store.scanEvents())).filter((one) => one.origin === origin);
    expect(kept).toEqual(kept.map((_, offset) => streamed(origin, offset)));
    expect(kept).toHaveLength(newest + 1);
  }
  const events = await Array.fromAsync(store.scanEvents());
  const expected = recompute(events);
  expect(expected.size).toBeGreaterThan(100);
  expect(Object.fromEntries(await storedRollups(store))).toEqual(Object.fromEntries(expected));
  expect((await store.freshness())[0]).toMatchObject({ events: events.length });
  await store.close();
  rmSync(folder, { recursive: true });
}, 60_000);
