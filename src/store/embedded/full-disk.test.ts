import { afterAll, expect, test } from "bun:test";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { delta, gpuEvent, keyOf, START_MS, stored } from "../../../tests/contracts/store/samples.ts";
import { isOutage } from "../../support/errors.ts";
import { openEmbeddedStore } from "../embedded.ts";
import type { TelemetryStore } from "../port.ts";

const batch = (number: number) =>
  Array.from({ length: 50 }, (_, index) => {
    const id = `${String(number).padStart(4, "0")}-${String(index).padStart(3, "0")}`;
    const event = gpuEvent(id, { pod: "p".repeat(250), container: "c".repeat(250) });
    return stored(id, { event, offset: number * 50 + index });
  });
const minute = { resolutionS: 60, fromMs: START_MS, toMs: START_MS + 60_000, groupBy: [] } as const;

/** Writes batches until one fails as an outage, and returns its number. */
async function fill(store: TelemetryStore): Promise<number> {
  for (let number = 0; number < 1000; number += 1) {
    try {
      const events = batch(number);
      await store.insertEvents(events);
      await store.applyRollups([
        delta(
          keyOf(),
          events.map(({ offset }) => ({ offset, sums: {} })),
        ),
      ]);
    } catch (error) {
      expect(isOutage(error)).toBe(true);
      expect((error as Error).message).toContain("the disk is full");
      return number;
    }
  }
  throw new Error("the disk never became full");
}

/** The failed batch again: all of it is there once, and so is everything before. */
async function finish(store: TelemetryStore, failed: number): Promise<void> {
  const events = batch(failed);
  await store.insertEvents(events);
  await store.applyRollups([
    delta(
      keyOf(),
      events.map(({ offset }) => ({ offset, sums: {} })),
    ),
  ]);
  const expected = Array.from({ length: failed + 1 }, (_, number) => batch(number)).flat();
  const found = await Array.fromAsync(store.scanEvents());
  expect(found.map((one) => one.event.event_id)).toEqual(expected.map((one) => one.event.event_id));
  expect((await store.queryRollups(minute))[0]!.sums.events).toBe(expected.length);
  expect(await store.freshness()).toEqual([]);
}

test("a file at its limit loses nothing, stays readable, and takes the same batch when it may grow", async () => {
  const folder = await mkdtemp(join(tmpdir(), "ca3-store-full-"));
  const path = join(folder, "store.db");
  const small = openEmbeddedStore(path, { maxPages: 60 });
  const failed = await fill(small);
  expect(failed).toBeGreaterThan(0);
  expect((await Array.fromAsync(small.scanEvents())).length).toBeGreaterThanOrEqual(failed * 50);
  await small.ping();
  await small.close();
  const roomy = openEmbeddedStore(path);
  await finish(roomy, failed);
  await roomy.close();
  rmSync(folder, { recursive: true });
});

const mountPoint = await mkdtemp(join(tmpdir(), "ca3-store-disk-"));
const mounts =
  process.platform === "linux" &&
  Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", mountPoint]).exitCode === 0;
if (mounts) Bun.spawnSync(["umount", mountPoint]);
const why = mounts ? "" : " (skipped: no right to mount a small disk)";
afterAll(() => rmSync(mountPoint, { recursive: true, force: true }));

test.skipIf(!mounts)(
  `a full disk is an outage: the same open store takes the same batch when there is room again${why}`,
  async () => {
    const words = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", mountPoint];
    expect(Bun.spawnSync(words).exitCode).toBe(0);
    try {
      writeFileSync(join(mountPoint, "ballast"), new Uint8Array(1024 * 1024));
      const store = openEmbeddedStore(join(mountPoint, "store.db"));
      const failed = await fill(store);
      await expect(store.insertEvents(batch(failed))).rejects.toMatchObject({
        code: "CA3_STORE_UNAVAILABLE",
      });
      rmSync(join(mountPoint, "ballast"));
      await finish(store, failed);
      await store.close();
    } finally {
      Bun.spawnSync(["umount", "-l", mountPoint]);
    }
  },
);

test.skipIf(!mounts)(`a store in a folder that cannot be written is readable${why}`, async () => {
  expect(Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", mountPoint]).exitCode).toBe(0);
  try {
    const path = join(mountPoint, "store.db");
    const writer = openEmbeddedStore(path);
    await writer.insertEvents(batch(0));
    await writer.close();
    expect(Bun.spawnSync(["mount", "-o", "remount,ro", mountPoint]).exitCode).toBe(0);
    const reader = openEmbeddedStore(path, { readonly: true });
    expect(await Array.fromAsync(reader.scanEvents())).toHaveLength(50);
    await reader.close();
    expect(readdirSync(mountPoint)).toEqual(["store.db"]);
  } finally {
    Bun.spawnSync(["umount", "-l", mountPoint]);
  }
});
