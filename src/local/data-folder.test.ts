import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openEmbeddedLog } from "../eventlog/embedded.ts";
import { openEmbeddedStore } from "../store/embedded.ts";
import { openDatabase } from "../support/sqlite.ts";
import { openDataFolder } from "./data-folder.ts";

let parent: string;
let path: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "ca3-data-folder-"));
  path = join(parent, "data");
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const put = (name: string, content = "x") => {
  mkdirSync(dirname(join(path, name)), { recursive: true });
  writeFileSync(join(path, name), content);
};
const refusedWith = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

/** Takes the folder in another process, and says what that process said. */
async function takeElsewhere(after = ""): Promise<{ said: string; child: ReturnType<typeof Bun.spawn> }> {
  const program = `
    import { openDataFolder } from ${JSON.stringify(join(import.meta.dir, "data-folder.ts"))};
    try {
      openDataFolder(${JSON.stringify(path)});
      process.stdout.write("taken");
      ${after}
    } catch (error) {
      process.stdout.write(error.code + " " + error.message);
    }`;
  const child = Bun.spawn([process.execPath, "-e", program], { stdout: "pipe", stderr: "inherit" });
  const { value } = await child.stdout.getReader().read();
  return { said: new TextDecoder().decode(value), child };
}

test("a new folder belongs to this user alone, and names the files of a run", () => {
  const folder = openDataFolder(join(path, "deep"));
  expect(statSync(join(path, "deep")).mode & 0o777).toBe(0o700);
  expect(folder).toMatchObject({
    path: join(path, "deep"),
    logPath: join(path, "deep", "log.db"),
    storePath: join(path, "deep", "store.db"),
    checkpointsPath: join(path, "deep", "checkpoints"),
    runPath: join(path, "deep", "run.json"),
  });
  folder.release();
  folder.release();
  expect(readdirSync(join(path, "deep")).sort()).toEqual(["ca3.layout.json", "ca3.lock"]);
});

test("a second process is refused with the pid of the first, until that one is killed", async () => {
  const { said, child } = await takeElsewhere("setInterval(() => {}, 1000);");
  expect(said).toBe("taken");
  const inUse = `${path} is in use by process ${child.pid}`;
  expect(() => openDataFolder(path)).toThrow(refusedWith("CA3_DATA_IN_USE", inUse));
  expect(() => openDataFolder(path, { fresh: true })).toThrow(refusedWith("CA3_DATA_IN_USE", inUse));
  child.kill("SIGKILL");
  await child.exited;
  const folder = openDataFolder(path);
  const refused = await takeElsewhere();
  expect(refused.said).toBe(`CA3_DATA_IN_USE the data folder ${path} is in use by process ${process.pid}`);
  await refused.child.exited;
  folder.release();
  const free = await takeElsewhere();
  expect(free.said).toBe("taken");
  await free.child.exited;
});

test("fresh deletes what runs left behind, and nothing stays of their events", async () => {
  const first = openDataFolder(path);
  const log = openEmbeddedLog(first.logPath);
  await log.ensureTopics([{ name: "t", partitions: 1 }]);
  const limits = { maxBatchBytes: 1000, maxBatchRecords: 10 };
  const consumer = await log.consume({
    group: "processor",
    topics: ["t"],
    ...limits,
    onBatch: async () => {},
  });
  await consumer.stop();
  await log.close();
  await openEmbeddedStore(first.storePath).close();
  for (const name of ["run.json", "run.json.tmp", "log.db-wal", "checkpoints/4f6a/replay-1a2b.json"])
    put(name);
  first.release();
  const again = openDataFolder(path, { fresh: true });
  expect(readdirSync(path).sort()).toEqual(["ca3.layout.json", "ca3.lock", "ca3.owner.json"]);
  const empty = openEmbeddedLog(again.logPath);
  expect(await empty.topics()).toEqual([]);
  await empty.close();
  again.release();
});

test("fresh also repairs a folder whose databases are damaged", () => {
  openDataFolder(path).release();
  put("log.db", "not a database");
  openDataFolder(path, { fresh: true }).release();
  expect(existsSync(join(path, "log.db"))).toBe(false);
});

test.each(["notes.txt", "checkpoints/mine.txt", "log.db/inside", "logs.db"])(
  "fresh refuses a folder that holds %s, and deletes nothing",
  (name) => {
    openDataFolder(path).release();
    put("run.json");
    put(name);
    const foreign = name.startsWith("log.db/") ? "log.db" : name;
    expect(() => openDataFolder(path, { fresh: true })).toThrow(refusedWith("CA3_DATA_CORRUPT", foreign));
    expect(existsSync(join(path, name))).toBe(true);
    expect(existsSync(join(path, "run.json"))).toBe(true);
    if (foreign !== "log.db") openDataFolder(path).release();
  },
);

test("a folder of somebody else is refused before anything is put into it", () => {
  for (const name of ["a.txt", "b.txt", "c.txt", "d.txt"]) put(name);
  const message = `${path} is not a data folder of ca3: it holds a.txt, b.txt, c.txt and 1 more`;
  expect(() => openDataFolder(path)).toThrow(refusedWith("CA3_DATA_CORRUPT", message));
  expect(readdirSync(path).length).toBe(4);
});

test("without our mark a database must be ours by content, whatever its name", async () => {
  mkdirSync(path);
  const log = openEmbeddedLog(join(path, "log.db")); // open, so that what it says is in the WAL alone
  openDataFolder(path).release();
  await log.close();
  rmSync(path, { recursive: true });
  mkdirSync(path);
  const database = openDatabase(join(path, "store.db"));
  database.run("CREATE TABLE precious (a)");
  database.close();
  expect(() => openDataFolder(path, { fresh: true })).toThrow(refusedWith("CA3_DATA_CORRUPT", "store.db"));
  expect(existsSync(join(path, "store.db"))).toBe(true);
});

test("a folder of a newer release is left alone", () => {
  openDataFolder(path).release();
  put("ca3.layout.json", '{"layout":99}');
  put("run.json");
  const newer = refusedWith("CA3_DATA_NEWER", path);
  expect(() => openDataFolder(path)).toThrow(newer);
  expect(() => openDataFolder(path)).toThrow(newer);
  expect(() => openDataFolder(path, { fresh: true })).toThrow(newer);
  expect(existsSync(join(path, "run.json"))).toBe(true);
});

test("a path that is no folder is named", () => {
  put("file");
  expect(() => openDataFolder(join(path, "file"))).toThrow(refusedWith("CA3_FILE", join(path, "file")));
});
