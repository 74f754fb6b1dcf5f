import { eventLogSettings } from "../eventlog/config.ts";
import { storeSettings } from "../store/config.ts";
import { bytes, decimal, duration, text, whole } from "../support/setting-types.ts";
import type { Settings, SettingValues } from "../support/settings.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Settings of the processor; the first variables are those of the reference system. */
export const processorSettings = {
  ...eventLogSettings,
  ...storeSettings,
  legacyPriceUsd: {
    path: "processor.legacyPricePerHourUsd",
    env: ["PRICE_PER_HOUR_USD"],
    doc: "Dollars per GPU hour for events of older producers that carry no price; by default that of the price book",
    type: decimal(0, 1e6),
    optional: true,
  },
  legacyIntervalMs: {
    path: "processor.legacyInterval",
    env: ["CA3_LEGACY_INTERVAL"],
    doc: "Time that a GPU event of an older producer covers: its sampling interval per GPU",
    type: duration,
    default: 1_000,
  },
  group: {
    path: "processor.group",
    env: ["CA3_GROUP"],
    doc: "Consumer group; processors of one group share the partitions",
    type: text,
    default: "processor",
  },
  retentionMs: {
    path: "processor.retention",
    env: ["CA3_RETENTION"],
    doc: "How long single events are kept; rollups stay longer",
    type: duration,
    default: 30 * DAY_MS,
  },
  maxEventBytes: {
    path: "processor.maxEventSize",
    env: ["CA3_MAX_EVENT_SIZE"],
    doc: "Largest event that is accepted",
    type: bytes,
    default: 64 * 1024,
  },
  maxFutureMs: {
    path: "processor.maxFuture",
    env: ["CA3_MAX_FUTURE"],
    doc: "How far an event may be ahead of the log's clock",
    type: duration,
    default: 5 * MINUTE_MS,
  },
  maxAgeMs: {
    path: "processor.maxAge",
    env: ["CA3_MAX_AGE"],
    doc: "How old an event may be when it enters the log; by default any age is accepted",
    type: duration,
    optional: true,
  },
  sloTtftMs: {
    path: "processor.slo.ttft",
    env: ["CA3_SLO_TTFT"],
    doc: "Longest time to first token of a good request; applies to events stored from then on",
    type: duration,
    optional: true,
  },
  sloTpotMs: {
    path: "processor.slo.tpot",
    env: ["CA3_SLO_TPOT"],
    doc: "Longest time per output token after the first of a good request",
    type: duration,
    optional: true,
  },
  sloE2eMs: {
    path: "processor.slo.e2e",
    env: ["CA3_SLO_E2E"],
    doc: "Longest end-to-end time of a good request",
    type: duration,
    optional: true,
  },
  poisonStopRatio: {
    path: "processor.poisonStopRatio",
    env: ["CA3_POISON_STOP_RATIO"],
    doc: "Stop when more than this share of a topic's newest records can never be stored; 1 never stops",
    type: decimal(0, 1),
    default: 0.5,
  },
  poisonWindow: {
    path: "processor.poisonWindow",
    env: ["CA3_POISON_WINDOW"],
    doc: "Number of newest records of a topic that this share refers to",
    type: whole(10, 1_000_000),
    default: 1_000,
  },
  maxBatchRecords: {
    path: "processor.maxBatchRecords",
    env: ["CA3_MAX_BATCH_RECORDS"],
    doc: "Records taken from one partition at a time",
    type: whole(1, 100_000),
    default: 2_000,
  },
  maxBatchBytes: {
    path: "processor.maxBatchSize",
    env: ["CA3_MAX_BATCH_SIZE"],
    doc: "Bytes taken from one partition at a time",
    type: bytes,
    default: 1024 ** 2,
  },
  maxWriteRecords: {
    path: "processor.maxWriteRecords",
    env: ["CA3_MAX_WRITE_RECORDS"],
    doc: "Most records of several partitions in one write to the store",
    type: whole(1, 100_000),
    default: 5_000,
  },
  writeConcurrency: {
    path: "processor.writeConcurrency",
    env: ["CA3_WRITE_CONCURRENCY"],
    doc: "Most writes to the store at the same time",
    type: whole(1, 64),
    default: 4,
  },
  maxInflightBytes: {
    path: "processor.maxInflight",
    env: ["CA3_MAX_INFLIGHT"],
    doc: "Most bytes of records being processed at the same time; the rest waits in the log",
    type: bytes,
    default: 8 * 1024 ** 2,
  },
  watchIntervalMs: {
    path: "processor.watchInterval",
    env: ["CA3_WATCH_INTERVAL"],
    doc: "How often the lag is read, and log and store are checked",
    type: duration,
    default: 5_000,
  },
  expireIntervalMs: {
    path: "processor.expireInterval",
    env: ["CA3_EXPIRE_INTERVAL"],
    doc: "How often expired events are deleted, if the store does not do that itself",
    type: duration,
    default: MINUTE_MS,
  },
  stopGraceMs: {
    path: "processor.stopGrace",
    env: ["CA3_STOP_GRACE"],
    doc: "How long a stop may wait for running writes; what is not finished by then is delivered again",
    type: duration,
    default: 20_000,
  },
  costRefreshMs: {
    path: "processor.costRefresh",
    env: ["CA3_COST_REFRESH"],
    doc: "How old the cost figures of /metrics may be",
    type: duration,
    default: 5_000,
  },
  costWindowMs: {
    path: "processor.costWindow",
    env: ["CA3_COST_WINDOW"],
    doc: "Time over which /metrics computes cost and energy per token",
    type: duration,
    default: 5 * MINUTE_MS,
  },
  maxLabelValues: {
    path: "processor.maxLabelValues",
    env: ["CA3_MAX_LABEL_VALUES"],
    doc: "Most series per cost metric; further ones are left out and counted",
    type: whole(1, 100_000),
    default: 200,
  },
} as const satisfies Settings;

export type ProcessorSettings = SettingValues<typeof processorSettings>;
