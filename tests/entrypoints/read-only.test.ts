import { expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { dropDatabase, freshName, inDatabase } from "../mongo/open.ts";
import { someKafka } from "../services/kafka.ts";
import { someMongo } from "../services/mongo.ts";
import { withService } from "../services/require.ts";
import { Entry, freshNames, until } from "./rig.ts";

const root = resolve(import.meta.dir, "../..");
/** Every disk is mounted read-only, and the user owns nothing: what a restricted pod gives a container, and less. */
const bare = [
  ...["unshare", "--mount", "sh", "-c"],
  'mount --make-rprivate / && mount -o remount,ro,bind / && exec setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs "$@"',
  "sh",
];
const allowed = Bun.spawnSync([...bare, "true"], { stderr: "ignore" }).exitCode === 0;

async function servers() {
  if (!allowed) throw new Error("no right to mount disks read-only here");
  const [kafka, mongo] = await Promise.all([someKafka(), someMongo()]);
  const folder = mkdtempSync(join(tmpdir(), "ca3-bare-"));
  chmodSync(folder, 0o755);
  const ca3 = join(folder, "ca3");
  const build = Bun.spawnSync([process.execPath, join(root, "scripts/build.ts"), "--outfile", ca3], {
    cwd: root,
  });
  if (build.exitCode !== 0) throw new Error(build.stderr.toString());
  const end = async () => {
    await Promise.all([kafka[Symbol.asyncDispose](), mongo[Symbol.asyncDispose]()]);
    rmSync(folder, { recursive: true });
  };
  return { kafka, mongo, ca3, [Symbol.asyncDispose]: end };
}

await withService("kafka+mongo+namespaces", servers, ({ kafka, mongo, ca3 }) => {
  test("the executable does both jobs as nobody, with no disk that it could write to", async () => {
    const database = freshName();
    const env = { KAFKA_BOOTSTRAP: kafka.brokers, ...freshNames(), RATE: "200" };
    const options = { program: [...bare, ca3], cwd: "/" };
    await using producer = new Entry(["producer"], env, options);
    const MONGO_URL = inDatabase(mongo.url, database);
    await using processor = new Entry(["processor"], { ...env, MONGO_URL }, options);
    for (const entry of [producer, processor]) await entry.untilReady();
    await until("events are stored", async () => {
      return (await processor.metric("processor_records_total", { result: "stored" })) > 200;
    });
    expect((await processor.get("/")).headers.get("content-type")).toContain("text/html");
    for (const entry of [producer, processor]) {
      expect(await entry.stop()).toBe(0);
      expect(entry.strays).toEqual([]);
    }
    await dropDatabase(mongo.url, database);
  }, 180_000);
});
