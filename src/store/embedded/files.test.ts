import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { delta, keyOf, START_MS, stored, sumsOf } from "../../../tests/contracts/store/samples.ts";
import { countLatency, noLatencies } from "../../telemetry/latency.ts";
import { SUMS } from "../../telemetry/rollup.ts";
import { openEmbeddedStore } from "../embedded.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ca3-store-files-"));
  path = join(folder, "store.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const minute = { resolutionS: 60, fromMs: START_MS, toMs: START_MS + 60_000, groupBy: [] } as const;
const thrown = (fn: () => unknown): unknown => {
  try {
    return fn();
  } catch (error) {
    return error;
  }
};

test("what was stored is there after the file is opened again, and closing leaves one file", async () => {
  const first = openEmbeddedStore(path);
  await first.insertEvents([stored("a", { offset: 4 })]);
  await first.applyRollups([delta(keyOf(), [{ offset: 4, sums: { heldMs: 10 } }])]);
  await first.close();
  expect(readdirSync(folder)).toEqual(["store.db"]);

  const again = openEmbeddedStore(path);
  expect((await again.insertEvents([stored("a")])).duplicates.get(0)).toMatchObject({ offset: 4 });
  await again.applyRollups([delta(keyOf(), [{ offset: 4, sums: { heldMs: 10 } }])]);
  expect(await again.queryRollups(minute)).toMatchObject([{ sums: sumsOf({ events: 1, heldMs: 10 }) }]);
  await again.close();
});

test("a reader sees what a writer has committed, at once, and cannot write", async () => {
  const writer = openEmbeddedStore(path);
  const reader = openEmbeddedStore(path, { readonly: true });
  expect(await reader.queryRollups(minute)).toEqual([]);
  for (let offset = 1; offset <= 3; offset += 1) {
    await writer.applyRollups([delta(keyOf(), [{ offset, sums: {} }])]);
    expect(await reader.queryRollups(minute)).toMatchObject([{ sums: { events: offset } }]);
  }
  await writer.insertEvents([stored("a")]);
  expect(await Array.fromAsync(reader.scanEvents())).toHaveLength(1);
  await expect(reader.insertEvents([stored("b")])).rejects.toMatchObject({ code: "CA3_STORE_UNAVAILABLE" });
  await expect(reader.expire(START_MS * 2)).rejects.toThrow("read-only");
  await reader.close();
  await writer.close();
});

test("two writers of one file see each other's rollups", async () => {
  const one = openEmbeddedStore(path);
  const two = openEmbeddedStore(path);
  for (let offset = 1; offset <= 4; offset += 1) {
    await (offset % 2 ? one : two).applyRollups([delta(keyOf(), [{ offset, sums: {} }])]);
    for (const store of [one, two])
      expect(await store.queryRollups({ ...minute, fromMs: 0, toMs: START_MS * 2 })).toMatchObject([
        { sums: { events: offset } },
      ]);
  }
  await one.close();
  await two.close();
});

test("a file made before a sum existed gets a column for it; only read, the sum is zero", async () => {
  const first = openEmbeddedStore(path);
  await first.applyRollups([delta(keyOf(), [{ offset: 1, sums: { heldMs: 5, decodeMs: 7 } }])]);
  await first.close();
  const raw = new Database(path);
  raw.run(`ALTER TABLE rollup DROP COLUMN "decodeMs"`);
  raw.run("ALTER TABLE rollup DROP COLUMN latency");
  raw.close();

  const reader = openEmbeddedStore(path, { readonly: true });
  expect(await reader.queryRollups(minute)).toMatchObject([{ sums: sumsOf({ events: 1, heldMs: 5 }) }]);
  await reader.close();
  const writer = openEmbeddedStore(path);
  const latency = noLatencies();
  countLatency(latency, "tpot", 0.02);
  await writer.applyRollups([delta(keyOf(), [{ offset: 2, sums: { decodeMs: 3, latency } }])]);
  const [row] = await writer.queryRollups(minute);
  expect(row!.sums).toEqual(sumsOf({ events: 2, heldMs: 5, decodeMs: 3, latency }));
  expect(Object.keys(row!.sums).sort()).toEqual([...SUMS, "latency"].sort());
  await writer.close();
});

const sqlite = (...statements: string[]) => {
  const database = new Database(path);
  for (const statement of statements) database.run(statement);
  database.close();
};
const damage = () => {
  openEmbeddedStore(path).close();
  const bytes = Buffer.from(readFileSync(path));
  bytes.fill(0xee, 100, 4000);
  writeFileSync(path, bytes);
};

test.each([
  [
    "a file of another kind",
    () => writeFileSync(path, "time,tokens\n".repeat(500)),
    "CA3_DATA_CORRUPT",
    "is not a database",
  ],
  [
    "another program's database",
    () => sqlite("CREATE TABLE t (a)"),
    "CA3_DATA_CORRUPT",
    "not a store of ca3",
  ],
  ["a damaged file", damage, "CA3_DATA_CORRUPT", "is damaged"],
  [
    "a newer release's file",
    () => {
      openEmbeddedStore(path).close();
      sqlite("PRAGMA user_version=99");
    },
    "CA3_DATA_NEWER",
    "newer release",
  ],
])("%s is refused with its name, and left as it is", (_title, prepare, code, words) => {
  prepare();
  const before = readFileSync(path);
  for (const readonly of [false, true]) {
    const error = thrown(() => openEmbeddedStore(path, { readonly })) as Error;
    expect(error).toMatchObject({ code });
    expect(error.message).toContain(words);
    expect(error.message).toContain(path);
  }
  expect(readFileSync(path).equals(before)).toBe(true);
});

test("a missing file or folder is named", () => {
  expect(thrown(() => openEmbeddedStore(path, { readonly: true }))).toMatchObject({ code: "CA3_FILE" });
  const nowhere = join(folder, "none", "store.db");
  expect(thrown(() => openEmbeddedStore(nowhere))).toMatchObject({ code: "CA3_FILE" });
  expect(readdirSync(folder)).toEqual([]);
});

test("a file that was deleted takes no more writes, and a ping says so", async () => {
  const store = openEmbeddedStore(path);
  await store.ping();
  rmSync(path);
  const gone = { code: "CA3_STORE_UNAVAILABLE", message: expect.stringContaining("deleted or replaced") };
  await expect(store.ping()).rejects.toMatchObject(gone);
  await expect(store.insertEvents([stored("a")])).rejects.toMatchObject(gone);
  await store.close();
});

test("a write waits for another process without keeping this one from its work", async () => {
  const store = openEmbeddedStore(path);
  const other = new Database(path);
  other.run("BEGIN IMMEDIATE");
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
    if (turns === 3) other.run("COMMIT");
  }, 1);
  expect((await store.insertEvents([stored("a")])).duplicates.size).toBe(0);
  clearInterval(timer);
  expect(turns).toBeGreaterThanOrEqual(3);
  other.close();
  await store.close();
});

test("a lock that another process keeps is an outage, and the same call succeeds afterwards", async () => {
  const store = openEmbeddedStore(path, { lockWaitMs: 1 });
  const other = new Database(path);
  other.run("BEGIN IMMEDIATE");
  await expect(store.insertEvents([stored("a")])).rejects.toMatchObject({ code: "CA3_STORE_UNAVAILABLE" });
  other.run("COMMIT");
  other.close();
  expect((await store.insertEvents([stored("a")])).duplicates.size).toBe(0);
  await store.close();
});
