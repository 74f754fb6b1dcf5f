import { type Clock, systemClock } from "../support/clock.ts";
import { Ca3Error } from "../support/errors.ts";
import { type Logger, silentLogger } from "../support/log.ts";
import { ensureTopics } from "./kafka/admin/ensure-topics.ts";
import { LagReader } from "./kafka/admin/lag.ts";
import { listTopics } from "./kafka/admin/list-topics.ts";
import { GroupConsumer } from "./kafka/consume/consumer.ts";
import { type ConsumerTuning, defaultTuning, sessionOf } from "./kafka/consume/options.ts";
import { settledWithin } from "./kafka/consume/settled-within.ts";
import { Appender } from "./kafka/produce/appender.ts";
import { addressesOf } from "./kafka/transport/addresses.ts";
import { briefly } from "./kafka/transport/briefly.ts";
import { KafkaClient } from "./kafka/transport/client.ts";
import { connectFirst } from "./kafka/transport/connect-first.ts";
import { explain } from "./kafka/transport/explain.ts";
import { classOf } from "./kafka/transport/failures.ts";
import { KafkaError } from "./kafka/transport/kafka-error.ts";
import type { LinkOptions, Reach } from "./kafka/transport/link.ts";
import { securityFrom } from "./kafka/transport/security.ts";
import type { KafkaSettings } from "./kafka-config.ts";
import type { EventLog } from "./port.ts";

export type KafkaLogOptions = {
  readonly settings: KafkaSettings;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly logger?: Logger;
  /** `ensureTopics` may add partitions to topics that have too few; otherwise that is an error. */
  readonly addPartitions?: boolean;
  /** How long a record is tried before `append` rejects, ms. */
  readonly appendTimeoutMs?: number;
  /** How long opening may try to reach a broker, ms. */
  readonly openTimeoutMs?: number;
  /** Where to connect to instead of the address that a broker names. */
  readonly reach?: Reach;
  /** Ids of once-records that are remembered per topic. */
  readonly onceCapacity?: number;
  readonly tuning?: Partial<ConsumerTuning>;
};

/** How old what the producing side knows of its topics may be, ms. */
const LOOK_AGAIN_MS = 60_000;

/**
 * An event log on Kafka 3.1 or newer. Opening it signs in and reaches at least one broker, or rejects: CA3_LOG_UNREACHABLE,
 * CA3_LOG_TLS, CA3_LOG_CREDENTIALS, CA3_LOG_FORBIDDEN, CA3_LOG_UNSUPPORTED, CA3_CONFIG or CA3_FILE. What has worked once and
 * is refused later is an outage.
 */
export async function openKafkaLog(options: KafkaLogOptions): Promise<EventLog> {
  const { settings, clock = systemClock, random = Math.random, logger = silentLogger } = options;
  const { addPartitions = false, appendTimeoutMs = 15_000, openTimeoutMs = 8_000 } = options;
  const tuning = { ...defaultTuning, ...sessionOf(settings.kafkaSessionTimeoutMs), ...options.tuning };
  const bootstrap = addressesOf(settings.kafkaBootstrap ?? []);
  const link: LinkOptions = {
    clientId: settings.kafkaClientId,
    security: securityFrom(settings),
    connectTimeoutMs: 5_000,
    requestTimeoutMs: 5_000,
    debug: (message, fields) => logger.debug(message, fields),
    ...(options.reach === undefined ? {} : { reach: options.reach }),
  };
  const connect = () => new KafkaClient(bootstrap, link);
  const [admin, producing] = [connect(), connect()];
  try {
    await connectFirst(admin, bootstrap, clock, openTimeoutMs);
  } catch (error) {
    admin.close();
    throw error;
  }
  const {
    kafkaCompression: compression,
    kafkaReplication: replication,
    kafkaMinInSync: minInSync,
  } = settings;
  const appender = new Appender(producing, {
    ...{ compression, clock, random, appendTimeoutMs },
    ...(options.onceCapacity === undefined ? {} : { capacity: options.onceCapacity }),
  });
  const lags = new LagReader(admin, () => clock.now());
  const consumers = new Set<GroupConsumer>();
  const proven = new Set<string>();
  let closing: Promise<void> | undefined;
  let lookedMs = clock.now();
  let turn: Promise<void> = Promise.resolve();

  /** Runs a call; what fails is put into words, and what has worked is remembered under `key`. */
  async function attempt<T>(doing: string, key: string, call: () => Promise<T>): Promise<T> {
    if (closing) throw new Ca3Error("CA3_LOG_UNAVAILABLE", `${doing}: the log is closed`);
    try {
      const result = await call();
      proven.add(key);
      return result;
    } catch (error) {
      throw inWords(error, doing, key);
    }
  }
  /** Opening has signed in: refused later, that is an outage. A missing right is one where it was there before. */
  const inWords = (error: unknown, doing: string, key: string): unknown =>
    explain(error, { doing, proven: proven.has(key) || classOf(error) !== "forbidden" });

  async function mustKnow(client: KafkaClient, topics: readonly string[]): Promise<void> {
    if (!topics.every((topic) => client.known(topic))) await client.refresh(topics);
    const missing = topics.find((topic) => !client.known(topic));
    if (missing !== undefined) {
      const problem = new KafkaError(client.problem(missing), missing);
      throw classOf(problem) === "forbidden" ? problem : notThere(missing, proven.has(missing));
    }
    for (const topic of topics) proven.add(topic);
  }
  /** Calls keep their order also when one has to ask for its topics first. */
  function inTurn(look: () => Promise<void>): Promise<void> {
    const mine = turn.then(look);
    turn = mine.catch(() => {});
    return mine;
  }
  /** Others may have added partitions meanwhile. */
  function lookAgain(): void {
    if (clock.now() - lookedMs < LOOK_AGAIN_MS) return;
    lookedMs = clock.now();
    producing.refreshKnown().catch(() => {});
  }
  async function closeAll(): Promise<void> {
    const left = Promise.all([...consumers].map((consumer) => consumer.stop()));
    await settledWithin(left, tuning.handoverMs);
    for (const consumer of consumers) consumer.drop();
    appender.close();
    for (const client of [admin, producing]) client.close();
  }

  return {
    ensureTopics: (specs) =>
      attempt("cannot prepare the topics", "ensure", () =>
        briefly(clock, async () => {
          await ensureTopics(admin, specs, { addPartitions, replication, minInSync, clock, logger });
          await producing.refreshKnown();
          for (const { name } of specs) proven.add(name);
        }),
      ),
    append: (records) => {
      const names = [...new Set(records.map(({ topic }) => topic))];
      return attempt(`cannot append to ${names.join(", ")}`, `append ${names.join()}`, async () => {
        await inTurn(() => mustKnow(producing, names));
        lookAgain();
        await appender.append(records);
      });
    },
    consume: (consume) =>
      attempt(`cannot read as group ${consume.group}`, `group ${consume.group}`, async () => {
        await mustKnow(admin, consume.topics);
        const doing = `reading as group ${consume.group}`;
        const key = `group ${consume.group}`;
        const context = { tuning, clock, logger };
        const say = (error: unknown) => inWords(error, doing, key);
        const consumer = new GroupConsumer({ client: connect(), context, options: consume, explain: say });
        consumers.add(consumer);
        const gone = () => void consumers.delete(consumer);
        consumer.done.then(gone, gone);
        await consumer.joined;
        return consumer;
      }),
    lag: (group, topics) =>
      attempt(`cannot read the lag of group ${group}`, "lag", () =>
        briefly(clock, async () => {
          await admin.refresh(topics);
          await mustKnow(admin, topics);
          return lags.lag(group, topics);
        }),
      ),
    topics: () => attempt("cannot list the topics", "topics", () => briefly(clock, () => listTopics(admin))),
    ping: () => attempt("cannot reach Kafka", "ping", async () => void (await admin.refresh([]))),
    close: () => (closing ??= closeAll()),
  };
}

/** A topic that was there a moment ago will come back, or somebody has to be told; one that never was is a mistake. */
const notThere = (topic: string, wasThere: boolean): Ca3Error =>
  wasThere
    ? new Ca3Error("CA3_LOG_UNAVAILABLE", `the topic ${topic} is gone`, { hint: "ca3 topics create" })
    : new Ca3Error("CA3_NOT_FOUND", `there is no topic ${topic}`, { hint: "ca3 topics create" });
