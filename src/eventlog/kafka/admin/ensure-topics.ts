import type { Clock } from "../../../support/clock.ts";
import { Ca3Error } from "../../../support/errors.ts";
import type { Logger } from "../../../support/log.ts";
import type { TopicSpec } from "../../port.ts";
import type { KafkaClient } from "../transport/client.ts";
import { classOf, NetworkError } from "../transport/failures.ts";
import { KafkaError } from "../transport/kafka-error.ts";
import type { WireRequest } from "../wire/requests.ts";
import {
  alterConfigsRequest,
  createPartitionsRequest,
  createTopicsRequest,
  type TopicOutcome,
} from "../wire/topics.ts";
import { planTopics, type SeenTopic, type TopicPlan } from "./plan-topics.ts";
import { topicConfigs } from "./topic-configs.ts";

export type EnsureOptions = {
  /** Add partitions to a topic that has too few, which moves keys to other partitions. Without it that is an error. */
  readonly addPartitions: boolean;
  readonly replication?: number | undefined;
  readonly minInSync?: number | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
};

const APPEARS_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 50;

/** Brings the topics to what is wanted. A missing right to change a topic that serves as it is is only reported. */
export async function ensureTopics(
  client: KafkaClient,
  specs: readonly TopicSpec[],
  options: EnsureOptions,
): Promise<void> {
  const { replication, minInSync, addPartitions, logger } = options;
  const { brokers } = await client.refresh(specs.map(({ name }) => name));
  const seen = await seenTopics(client, specs, logger);
  const plan = planTopics(specs, seen, { brokers: brokers.length, replication, minInSync });
  const few = plan.grow[0];
  if (few && !addPartitions) throw tooFew(few.name, seen.get(few.name)!.partitions, few.partitions);
  if (plan.create.length > 0) accept(await toController(client, createTopicsRequest(plan.create)), "create");
  if (plan.grow.length > 0)
    accept(await toController(client, createPartitionsRequest(plan.grow)), "add partitions to");
  await alter(client, plan, logger);
  await untilThere(client, specs, options.clock);
}

async function seenTopics(
  client: KafkaClient,
  specs: readonly TopicSpec[],
  logger: Logger,
): Promise<ReadonlyMap<string, SeenTopic>> {
  const there = specs.flatMap(({ name }) => client.known(name) ?? []);
  const names = there.map(({ name }) => name);
  const configs = await topicConfigs(client, names).catch((error: unknown) => {
    if (classOf(error) !== "forbidden") throw error;
    logger.warn("No right to see how topics are configured; they stay as they are.", { topics: names });
    return undefined;
  });
  const none = new Map<string, string>();
  return new Map(
    there.map(({ name, partitions }) => {
      return [name, { partitions: partitions.length, configs: configs?.get(name) ?? none }];
    }),
  );
}

async function alter(client: KafkaClient, plan: TopicPlan, logger: Logger): Promise<void> {
  if (plan.alter.length === 0) return;
  for (const { name, errorCode, detail } of await toController(client, alterConfigsRequest(plan.alter))) {
    if (errorCode === 0) continue;
    const error = new KafkaError(errorCode, detail ?? name);
    if (classOf(error) !== "forbidden") throw error;
    const wanted = plan.alter.find((one) => one.name === name)?.configs;
    logger.warn("No right to change a topic; it stays as it is.", { topic: name, wanted });
  }
}

/** A broker answers before all others have heard of a new topic. */
async function untilThere(client: KafkaClient, specs: readonly TopicSpec[], clock: Clock): Promise<void> {
  const deadlineMs = clock.now() + APPEARS_WITHIN_MS;
  const there = ({ name, partitions }: TopicSpec) => {
    const found = client.known(name)?.partitions ?? [];
    return found.length >= partitions && found.every(({ leader }) => leader >= 0);
  };
  while (!specs.every(there)) {
    if (clock.now() > deadlineMs) throw new NetworkError("new topics have no leader yet");
    await clock.sleep(LOOK_EVERY_MS);
    await client.refresh(specs.map(({ name }) => name));
  }
}

async function toController<T>(client: KafkaClient, request: WireRequest<T>): Promise<T> {
  const [controller] = await client.nodes();
  if (controller === undefined) throw new NetworkError("no broker is known");
  return client.send(controller, request);
}

/** Another process may have done it at the same moment. */
const DONE_ALREADY = ["TOPIC_ALREADY_EXISTS"];

function accept(outcomes: readonly TopicOutcome[], verb: string): void {
  for (const { name, errorCode, detail } of outcomes) {
    if (errorCode === 0) continue;
    const error = new KafkaError(errorCode, `cannot ${verb} the topic ${name}`);
    if (DONE_ALREADY.includes(error.type)) continue;
    if (classOf(error) !== "permanent") throw error;
    throw new Ca3Error("CA3_LOG_TOPIC", `cannot ${verb} the topic ${name}: ${detail ?? error.message}`, {
      hint: "ca3 topics create --help",
      cause: error,
    });
  }
}

const tooFew = (name: string, has: number, wanted: number): Ca3Error =>
  new Ca3Error(
    "CA3_LOG_TOPIC",
    `the topic ${name} has ${has} partitions, fewer than the ${wanted} that are wanted`,
    {
      hint: `set topics.partitions to ${has}, or add partitions: CA3_PARTITIONS=${wanted} ca3 topics create --add-partitions`,
    },
  );
