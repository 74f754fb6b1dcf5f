/** Reads a topic in a group and says `<id>` of each record after it is done: `bun sharing-child.ts <brokers> <topic> <group>`. */
import { openQuick } from "../open.ts";

const [brokers = "", topic = "", group = ""] = process.argv.slice(2);
const log = await openQuick(brokers);
const decoder = new TextDecoder();
const consumer = await log.consume({
  ...{ group, topics: [topic], maxBatchBytes: 100_000, maxBatchRecords: 200 },
  onBatch: async ({ records }) => {
    await Bun.sleep(2);
    process.stdout.write(records.map(({ value }) => `${decoder.decode(value)}\n`).join(""));
  },
});
process.stdout.write("ready\n");
process.on("SIGTERM", async () => {
  await consumer.stop();
  await log.close();
  process.exit(0);
});
await consumer.done;
