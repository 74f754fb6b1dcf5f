import { describe, expect, test } from "bun:test";
import { openMongoStore } from "../../src/store/mongo.ts";
import { until } from "../helpers/until.ts";
import { startMongo } from "../services/mongo.ts";
import { freePort } from "../services/process.ts";
import { withService } from "../services/require.ts";
import { settingsWith } from "./open.ts";
import { smallDisk } from "./small-disk.ts";
import { missingFrom, startWriters } from "./traffic.ts";

const DAY_MS = 86_400_000;

/** Where this user may not mount a disk, which is no fault of the machine, the reason is all there is. */
const mayMount = await smallDisk(1).then(
  (disk) => disk[Symbol.asyncDispose]().then(() => true),
  () => false,
);

describe.skipIf(!mayMount)("on a disk that this user may mount", () =>
  withService("mongo-small-disk", startOnSmallDisk, ({ disk, mongo: first }) => {
    test("a full disk is an outage; with room and a server that runs, everything goes on", async () => {
      const settings = settingsWith({ CA3_MONGO_TIMEOUT: "2s", CA3_MONGO_QUERY_TIMEOUT: "5s" });
      const store = await openMongoStore(first.url, { settings, retentionMs: DAY_MS });
      const writers = startWriters(store, { writers: 2 });
      await until("it flows", () => writers.acknowledged.length > 1_000);
      const early = [...writers.acknowledged];
      disk.fill();
      await until("it is noticed", () => writers.state.outages > 3);
      disk.free();
      // WiredTiger gives up for good when it cannot write its log, so somebody has to start the server again
      await first.kill();
      await using _again = await startMongo({ earlier: { folder: first.folder, port: first.port } });
      const before = writers.acknowledged.length;
      // not what was acknowledged in between: this server acknowledges a write whose log the disk did not take
      await until("it flows again", () => writers.acknowledged.length > before + 1_000);
      await writers.stop();
      expect(writers.state.failure).toBeUndefined();
      const late = writers.acknowledged.slice(before);
      expect(await missingFrom(store, [...early, ...late])).toEqual([]);
      await store.close();
    }, 120_000);
  }),
);

async function startOnSmallDisk() {
  const disk = await smallDisk(160);
  const mongo = await startMongo({ earlier: { folder: disk.folder, port: await freePort() } });
  return {
    disk,
    mongo,
    async [Symbol.asyncDispose]() {
      await mongo[Symbol.asyncDispose]();
      await disk[Symbol.asyncDispose]();
    },
  };
}
