import { openKafkaLog } from "../../eventlog/kafka.ts";
import { Ca3Error } from "../../support/errors.ts";
import { fileCheckpoints, memoryCheckpoints } from "../checkpoints.ts";
import type { Sink, SinkContext } from "./sink.ts";

/** The topics of a Kafka cluster. Without a folder for checkpoints, every start begins anew. */
export async function openKafkaSink(context: Omit<SinkContext, "out">): Promise<Sink> {
  const { kafka, logger, clock, topics, checkpointsPath } = context;
  const brokers = kafka.kafkaBootstrap;
  if (brokers === undefined)
    throw new Ca3Error("CA3_CONFIG", "--to kafka needs brokers to start from", {
      hint: "add --kafka host:9092, or set KAFKA_BOOTSTRAP",
    });
  const log = await openKafkaLog({ settings: kafka, logger, clock });
  try {
    await log.ensureTopics(topics);
  } catch (error) {
    await log.close();
    throw error;
  }
  return {
    append: (records) => log.append(records),
    checkpoints: checkpointsPath === "" ? memoryCheckpoints() : fileCheckpoints(checkpointsPath),
    describe: () => `Kafka at ${brokers.join(", ")}`,
    ping: () => log.ping(),
    close: () => log.close(),
  };
}
