import { openQuick } from "../kafka/open.ts";
import { someKafka } from "../services/kafka.ts";
import { withService } from "../services/require.ts";
import { eventLogContract } from "./eventlog.ts";

const slowDeletion =
  "retention deletes what is old; offsets go on, and a group that was behind goes on at the oldest kept";

await withService("kafka", someKafka, (kafka) => {
  // Sizes are told as they lie on the disk, so that records are left as they are.
  const env = { CA3_KAFKA_COMPRESSION: "none" };
  eventLogContract("Kafka", () => ({ connect: () => openQuick(kafka.brokers, env), remove: () => {} }), {
    skips: kafka.tuned
      ? {}
      : { [slowDeletion]: "a broker that is not ours looks for old records too seldom" },
  });
});
