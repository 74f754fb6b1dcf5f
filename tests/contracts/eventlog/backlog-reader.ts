/** Reads all of a log and prints by how many bytes resident memory grew: `bun backlog-reader.ts <path> <topic>`. */
import { openEmbeddedLog } from "../../../src/eventlog/embedded.ts";

const [path = "", topic = ""] = process.argv.slice(2);
const log = openEmbeddedLog(path);
const total = (await log.topics()).find(({ name }) => name === topic)!.records;
const before = process.memoryUsage.rss();
let peak = before;
let seen = 0;
const { promise: all, resolve } = Promise.withResolvers<void>();
await log.consume({
  group: "backlog",
  topics: [topic],
  maxBatchBytes: 1024 * 1024,
  maxBatchRecords: 2000,
  onBatch: async ({ records }) => {
    seen += records.length;
    peak = Math.max(peak, process.memoryUsage.rss());
    if (seen === total) resolve();
  },
});
await all;
await log.close();
process.stdout.write(String(peak - before));
