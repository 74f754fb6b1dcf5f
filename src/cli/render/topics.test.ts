import { expect, test } from "bun:test";
import { topicTable, withLag } from "./topics.ts";

const topic = { name: "gpu.metrics.v1", partitions: 2, retentionMs: 7_200_000, records: 30, bytes: 900 };
const copies = { replication: 3, inSync: 2, minInSync: 2 };
const lag = (partition: number, lag: number, lagSeconds: number) => {
  return { topic: topic.name, partition, committed: 0, endOffset: lag, lag, lagSeconds };
};

test("a topic shows copies, and how far behind its group is: records together, seconds at worst", () => {
  const table = topicTable(withLag([{ ...topic, copies }], [lag(0, 5, 1.5), lag(1, 2, 8)]), false);
  expect(table).toBe(
    [
      "TOPIC           PARTITIONS  RETENTION  IN SYNC  NEEDED  RECORDS  BYTES  LAG  LAG S",
      "gpu.metrics.v1           2         2h   2 of 3       2       30    900    7    8.0",
    ].join("\n"),
  );
});

test("a log that keeps no copies says so, and without a group there is no lag", () => {
  const { retentionMs: _, ...endless } = topic;
  expect(topicTable([endless], false).split("\n")[1]).toBe(
    "gpu.metrics.v1           2   for ever        –       –       30    900",
  );
});
