import { addressesOf } from "../../../../src/eventlog/kafka/transport/addresses.ts";
import { KafkaClient } from "../../../../src/eventlog/kafka/transport/client.ts";
import { throwIfError } from "../../../../src/eventlog/kafka/transport/kafka-error.ts";
import { alterConfigsRequest } from "../../../../src/eventlog/kafka/wire/topics.ts";
import { deadLetterTopic } from "../../../../src/telemetry/topics.ts";
import type { World } from "../world/world.ts";

/** The brokers take nothing for the dead-letter topics, because they want more copies than there can be. */
export async function deadLettersRefused(world: World, lastsMs: number, poison: number): Promise<void> {
  const { topicGpu, topicToken } = world.names;
  const topics = [topicGpu, topicToken].map(deadLetterTopic);
  const { brokers, direct } = world.stage.log;
  const replicas = Math.min(3, brokers.length);
  await untilSet(direct, topics, replicas + 1);
  try {
    await world.suite.sendPoison(poison);
    await Bun.sleep(lastsMs);
  } finally {
    await untilSet(direct, topics, replicas >= 3 ? 2 : 1);
  }
}

async function untilSet(direct: string, topics: readonly string[], minInSync: number): Promise<void> {
  for (;;) {
    const client = new KafkaClient(addressesOf(direct.split(",")), {
      ...{ clientId: "judge", security: {}, connectTimeoutMs: 2_000, requestTimeoutMs: 5_000 },
      debug: () => {},
    });
    try {
      const [node] = await client.nodes();
      const configs = { "min.insync.replicas": String(minInSync) };
      const answers = await client.send(
        node!,
        alterConfigsRequest(topics.map((name) => ({ name, configs }))),
      );
      for (const { errorCode, name } of answers) throwIfError(errorCode, name);
      return;
    } catch {
      await Bun.sleep(200);
    } finally {
      client.close();
    }
  }
}
