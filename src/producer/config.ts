import { eventLogSettings } from "../eventlog/config.ts";
import { kafkaSettings } from "../eventlog/kafka-config.ts";
import { bytes, choice, decimal, duration, list, text, whole } from "../support/setting-types.ts";
import type { Settings, SettingValues } from "../support/settings.ts";
import { defaultCards } from "./cards.ts";
import { priceList } from "./price-list.ts";
import { replaySettings } from "./replay-config.ts";
import { scrapeSettings } from "./scrape-config.ts";
import { sinkNames } from "./sinks/names.ts";
import { smiSettings } from "./smi-config.ts";
import { sourceNames } from "./sources/names.ts";
import { cardNames, moment, names, someOf, speed } from "./value-types.ts";

/** Events per second of the synthetic source when RATE is not set. */
export const DEFAULT_RATE = 200;

/** Which events are made or read, and how fast. */
const sourceSettings = {
  sources: {
    path: "producer.sources",
    env: ["CA3_SOURCE"],
    flag: "source",
    doc: `Where events come from: ${sourceNames.join(", ")}; several can run side by side. By default those that files or URLs are given for, else synthetic`,
    type: someOf(...sourceNames),
    optional: true,
  },
  rate: {
    path: "producer.rate",
    env: ["RATE"],
    flag: "rate",
    doc: `Events per second of the synthetic source (${DEFAULT_RATE} if not set); for a replay, an upper bound`,
    type: decimal(0.001, 1_000_000),
    optional: true,
  },
  batch: {
    path: "producer.batch",
    env: ["BATCH"],
    flag: "batch",
    doc: "Events before each pause of SLEEP_SEC; the synthetic source emits them together",
    type: whole(1, 100_000),
    default: 20,
  },
  sleepS: {
    path: "producer.sleepSec",
    env: ["SLEEP_SEC"],
    flag: "sleep-sec",
    doc: "Pause after each batch in seconds; lowers the rate to BATCH / (BATCH / RATE + SLEEP_SEC)",
    type: decimal(0, 86_400),
    default: 0,
  },
  count: {
    path: "producer.count",
    env: ["CA3_COUNT"],
    flag: "count",
    doc: "End each source after this many events, including those of earlier starts of the run",
    type: whole(1, 1e12),
    optional: true,
  },
  speed: {
    path: "producer.speed",
    env: ["CA3_SPEED"],
    flag: "speed",
    doc: "How fast recorded or synthetic time passes: 1x, 60x, or max for as fast as possible",
    type: speed,
    default: 1,
  },
  seed: {
    path: "producer.seed",
    env: ["GPU_SEED"],
    flag: "seed",
    doc: "Seed of synthetic events and modelled GPUs; the same seed and start give the same events",
    type: whole(0, 2 ** 31 - 1),
    default: 1,
  },
  start: {
    path: "producer.start",
    env: ["CA3_START"],
    flag: "start",
    doc: "Time of the first synthetic event; by default now or, at a speed other than 1x, such that --count events end now",
    type: moment,
    optional: true,
  },
  hostname: {
    path: "producer.hostname",
    env: ["HOSTNAME"],
    flag: "hostname",
    doc: "Host name for events that have none; by default that of this machine",
    type: text,
    optional: true,
  },
  models: {
    path: "producer.models",
    env: ["CA3_MODEL"],
    flag: "model",
    doc: "Models of synthetic requests; the first is also the model of traces that name none",
    type: list,
    optional: true,
  },
  teams: {
    path: "producer.teams",
    env: ["CA3_TEAM"],
    flag: "team",
    doc: "Teams of synthetic requests, or none; the first is also the team of traces that name none",
    type: names,
    optional: true,
  },
  cards: {
    path: "producer.gpu",
    env: ["CA3_GPU"],
    flag: "gpu",
    doc: "Kinds of GPUs to model where there is no GPU data",
    type: cardNames,
    default: defaultCards.map(({ name }) => name),
  },
  gpus: {
    path: "producer.gpus",
    env: ["CA3_GPUS"],
    flag: "gpus",
    doc: "How many GPUs the synthetic source models; by default as many as the rate needs",
    type: whole(1, 4096),
    optional: true,
  },
  pricePerHourUsd: {
    path: "producer.pricePerHourUsd",
    env: ["CA3_PRICE_PER_HOUR_USD"],
    flag: "price-per-hour",
    doc: "Dollars per GPU hour for cards that producer.prices does not name, instead of the price book's",
    type: decimal(0, 1e6),
    optional: true,
  },
  prices: {
    path: "producer.prices",
    env: ["CA3_PRICES"],
    flag: "prices",
    hint: "LIST",
    doc: "Dollars per GPU hour by card, such as H100=3.50,A100*80GB=2.10; the longest matching name counts",
    type: priceList,
    optional: true,
  },
  sampleIntervalMs: {
    path: "producer.sampleInterval",
    env: ["CA3_SAMPLE_INTERVAL"],
    flag: "sample-interval",
    doc: "Interval between two readings of a GPU or server",
    type: duration,
    default: 10_000,
  },
} as const satisfies Settings;

/** How events get into the log. */
const deliverySettings = {
  to: {
    path: "producer.to",
    env: ["CA3_TO"],
    flag: "to",
    doc: "Where events go: stdout as JSON lines, data for the event log in the data folder, or kafka; by default kafka when brokers are named, else stdout",
    type: choice(...sinkNames),
    optional: true,
  },
  maxBatchRecords: {
    path: "producer.maxBatchRecords",
    env: ["CA3_PRODUCER_BATCH_RECORDS"],
    doc: "Records in one append to the log",
    type: whole(1, 100_000),
    default: 1_000,
  },
  maxBatchBytes: {
    path: "producer.maxBatchSize",
    env: ["CA3_PRODUCER_BATCH_SIZE"],
    doc: "Bytes in one append to the log",
    type: bytes,
    default: 512 * 1024,
  },
  lingerMs: {
    path: "producer.linger",
    env: ["CA3_LINGER"],
    doc: "How long an event may wait for others to fill its batch",
    type: duration,
    default: 100,
  },
  queueBytes: {
    path: "producer.queueSize",
    env: ["CA3_QUEUE_SIZE"],
    doc: "Bytes read but not yet in the log, at most; sources wait when the limit is reached",
    type: bytes,
    default: 4 * 1024 ** 2,
  },
  flushTimeoutMs: {
    path: "producer.flushTimeout",
    env: ["CA3_FLUSH_TIMEOUT"],
    doc: "How long a stop may take to send what is queued; the rest is read again at the next start",
    type: duration,
    default: 10_000,
  },
} as const satisfies Settings;

const { topicGpu, topicToken, partitions, topicRetentionMs } = eventLogSettings;

/** Settings of the producer; RATE, BATCH, SLEEP_SEC, GPU_SEED, HOSTNAME and the topics keep their known variables. */
export const producerSettings = {
  ...sourceSettings,
  ...replaySettings,
  ...scrapeSettings,
  ...smiSettings,
  ...deliverySettings,
  ...kafkaSettings,
  ...{ topicGpu, topicToken, partitions, topicRetentionMs },
} as const satisfies Settings;

export type ProducerSettings = SettingValues<typeof producerSettings>;
