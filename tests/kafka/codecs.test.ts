import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../contracts/eventlog/rig.ts";
import { kafkaTool, someKafka } from "../services/kafka.ts";
import { withService } from "../services/require.ts";
import { temporaryFolder } from "../up/folder.ts";
import { openQuick } from "./open.ts";

/** Those that Kafka's own producer knows; ours writes three of them. */
const codecs = ["none", "gzip", "snappy", "lz4", "zstd"] as const;
const LINES = 3_000;
const decoder = new TextDecoder();

await withService("kafka", someKafka, ({ brokers }) => {
  test.each(codecs)(
    "what Kafka's own producer packs with %s is read, to the last byte",
    async (codec) => {
      using folder = temporaryFolder("codecs");
      const topic = `codecs-${codec}-${crypto.randomUUID()}`;
      const log = await openQuick(brokers);
      await log.ensureTopics([{ name: topic, partitions: 1 }]);
      // Some of it repeats near by and far away, some of it does not, and some records are long.
      const lines = Array.from({ length: LINES }, (_, at) =>
        JSON.stringify({
          at,
          model: `m-${at % 7}`,
          id: crypto.randomUUID(),
          pad: "é".repeat(at % 500 === 0 ? 9_000 : at % 5),
        }),
      );
      const file = join(folder.path, "lines");
      writeFileSync(file, `${lines.join("\n")}\n`);
      await kafkaTool(
        ...["org.apache.kafka.tools.ProducerPerformance", "--topic", topic, "--num-records", String(LINES)],
        ...["--throughput", "-1", "--payload-file", file, "--producer-props", `bootstrap.servers=${brokers}`],
        ...[`compression.type=${codec}`, "linger.ms=100", "batch.size=200000", "acks=all"],
      );
      const seen: string[] = [];
      const consumer = await log.consume({
        ...{ group: topic, topics: [topic], maxBatchBytes: 100_000, maxBatchRecords: 1_000 },
        onBatch: async ({ records }) => {
          for (const { value, unreadable } of records) seen.push(unreadable ?? decoder.decode(value));
        },
      });
      await until("all of it was read", () => seen.length >= LINES);
      await consumer.stop();
      await log.close();
      // The tool takes lines of the file at random.
      const known = new Set(lines);
      expect(seen.filter((line) => !known.has(line))).toEqual([]);
      expect(seen.length).toBe(LINES);
    },
    60_000,
  );
});
