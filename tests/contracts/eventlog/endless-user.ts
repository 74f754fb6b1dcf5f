/**
 * Appends to a log and reads it in one group until it is killed: `bun endless-user.ts <path> <run> <records per call>`.
 * Says `a <n>` when the records below n are acknowledged, and `d <partition> <first> <last>` before a batch is done.
 */
import { openEmbeddedLog } from "../../../src/eventlog/embedded.ts";
import { bytesOf } from "./rig.ts";

const [path = "", run = "", size = "10"] = process.argv.slice(2);
export const GROUP = "endless";
export const TOPIC = "endless";
const say = (line: string) => process.stdout.write(`${line}\n`);

if (import.meta.main) {
  const log = openEmbeddedLog(path);
  await log.ensureTopics([{ name: TOPIC, partitions: 3 }]);
  await log.consume({
    group: GROUP,
    topics: [TOPIC],
    maxBatchBytes: 10_000,
    maxBatchRecords: 50,
    onBatch: async ({ partition, records }) => {
      say(`d ${partition} ${records[0]!.offset} ${records.at(-1)!.offset}`);
    },
  });
  for (let from = 0; ; from += Number(size)) {
    await log.append(
      Array.from({ length: Number(size) }, (_, i) => ({
        topic: TOPIC,
        key: `${(from + i) % 7}`,
        value: bytesOf(`${run}:${from + i}`),
      })),
    );
    say(`a ${from + Number(size)}`);
  }
}
