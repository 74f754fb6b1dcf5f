import { expect } from "bun:test";
import type { GpuEvent } from "../../src/telemetry/events.ts";
import { quiet } from "../helpers/steered-clock.ts";
import { gpuEvent, START_MS, tokenEvent } from "../helpers/telemetry.ts";
import type { ProcessorRig } from "./rig.ts";

const GPU = "gpu.metrics.v1";

const reasons = ({ store }: ProcessorRig) => [...store.letters.values()].map(({ reason }) => reason).join();
const only = ({ store }: ProcessorRig) => [...store.events.values()][0]?.event as GpuEvent;
/** An event as the reference system sends it. */
const legacy = {
  gpu_index: 0,
  name: "Home-made GPU",
  utilization: 0.5,
  mem_used_mb: 1,
  mem_total_mb: 2,
  power_w: 9,
  ts: START_MS / 1000,
  host: "old",
};

/** Sends events and says what was seen of the setting. */
type Effect = (rig: ProcessorRig) => Promise<unknown>;
const sends =
  (values: readonly unknown[], seen: (rig: ProcessorRig) => unknown, topic = GPU): Effect =>
  async (rig) => {
    await rig.send(topic, ...values);
    await quiet();
    return seen(rig);
  };
const batches = async (rig: ProcessorRig) => rig.metric("processor_batch_records_count");
const many = (count: number) => Array.from({ length: count }, (_, at) => gpuEvent(`g${at}`));

/** Holds the store back while the records are sent, so that what may pile up does. */
const whileHeld =
  (values: readonly unknown[], seen: (rig: ProcessorRig) => unknown): Effect =>
  async (rig) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    rig.faults.hang = promise;
    await rig.send(GPU, ...values);
    await quiet();
    const answer = await seen(rig);
    resolve();
    await quiet();
    return answer;
  };

const topicNamed =
  (name: string): Effect =>
  async ({ log }) =>
    (await log.topics()).find((one) => one.name === name);
const started = (rig: ProcessorRig) => rig.metric("processor_batch_records_sum");

type Row = {
  readonly env: Record<string, string>;
  /** In force with and without it. */
  readonly given?: Record<string, string>;
  readonly effect: Effect;
  readonly without: unknown;
  readonly with: unknown;
};

/** A request that took 0.5 s to its first token, 0.1 s for each further one, and 5 s in all. */
const timed = tokenEvent("r", START_MS, { ttft_s: 0.5, tpot_s: 0.1, latency_s: 5 });
const verdict = ({ store }: ProcessorRig) => {
  const { sums } = [...store.rollups.values()][0]!;
  return [sums.sloRequests, sums.goodRequests, sums.sloMissedTtft, sums.sloMissedTpot, sums.sloMissedE2e];
};
const judged: Effect = sends([timed], verdict, "token.usage.v1");

const onePartition = { CA3_PARTITIONS: "1" };

/** Every setting: what is seen without it, and what with it. */
export const effects: Readonly<Record<string, Row>> = {
  sloTtftMs: {
    ...{ env: { CA3_SLO_TTFT: "400ms" }, given: { CA3_SLO_TPOT: "100ms" } },
    ...{ effect: judged, without: [1, 1, 0, 0, 0], with: [1, 0, 1, 0, 0] },
  },
  sloTpotMs: {
    ...{ env: { CA3_SLO_TPOT: "99ms" }, given: { CA3_SLO_E2E: "5s" } },
    ...{ effect: judged, without: [1, 1, 0, 0, 0], with: [1, 0, 0, 1, 0] },
  },
  sloE2eMs: {
    env: { CA3_SLO_E2E: "4.5s" },
    ...{ effect: judged, without: [0, 0, 0, 0, 0], with: [1, 0, 0, 0, 1] },
  },
  topicGpu: {
    env: { TOPIC_METRIC: "cards" },
    effect: topicNamed("cards.dlq"),
    without: undefined,
    with: expect.anything(),
  },
  topicToken: {
    env: { TOPIC_TOKEN: "words" },
    effect: topicNamed("words.dlq"),
    without: undefined,
    with: expect.anything(),
  },
  partitions: {
    env: { CA3_PARTITIONS: "5" },
    effect: topicNamed(GPU),
    without: expect.objectContaining({ partitions: 12 }),
    with: expect.objectContaining({ partitions: 5 }),
  },
  topicRetentionMs: {
    env: { CA3_TOPIC_RETENTION: "2h" },
    effect: topicNamed(GPU),
    without: expect.objectContaining({ retentionMs: 604_800_000 }),
    with: expect.objectContaining({ retentionMs: 7_200_000 }),
  },
  legacyPriceUsd: {
    env: { PRICE_PER_HOUR_USD: "0.85" },
    effect: sends([legacy], (rig) => [only(rig).price_per_hour_microusd, only(rig).price_source]),
    without: [0, "unknown"],
    with: [850_000, "config"],
  },
  legacyIntervalMs: {
    env: { CA3_LEGACY_INTERVAL: "15s" },
    effect: sends([legacy], (rig) => only(rig).interval_s),
    without: 1,
    with: 15,
  },
  group: {
    env: { CA3_GROUP: "blue" },
    effect: sends([gpuEvent("a")], async ({ log }) =>
      (await log.lag("blue", [GPU])).some(({ lag }) => lag > 0),
    ),
    without: true,
    with: false,
  },
  retentionMs: {
    env: { CA3_RETENTION: "1h" },
    effect: sends([gpuEvent("a")], ({ store }) => [...store.events.values()][0]!.expiresMs - START_MS),
    without: 2_592_010_000,
    with: 3_610_000,
  },
  maxEventBytes: {
    env: { CA3_MAX_EVENT_SIZE: "100B" },
    effect: sends([gpuEvent("a")], reasons),
    without: "",
    with: "oversized",
  },
  maxFutureMs: {
    env: { CA3_MAX_FUTURE: "1h" },
    effect: sends([gpuEvent("a", START_MS + 1_800_000)], reasons),
    without: "too_future",
    with: "",
  },
  maxAgeMs: {
    env: { CA3_MAX_AGE: "1m" },
    effect: sends([gpuEvent("a", START_MS - 600_000)], reasons),
    without: "",
    with: "too_old",
  },
  poisonStopRatio: {
    given: { ...onePartition, CA3_POISON_WINDOW: "10" },
    env: { CA3_POISON_STOP_RATIO: "1" },
    effect: sends(Array(10).fill("{"), ({ check }) => check("poison")!.ok),
    without: false,
    with: true,
  },
  poisonWindow: {
    given: onePartition,
    env: { CA3_POISON_WINDOW: "10" },
    effect: sends(Array(10).fill("{"), ({ check }) => check("poison")!.ok),
    without: true,
    with: false,
  },
  maxBatchRecords: {
    given: onePartition,
    env: { CA3_MAX_BATCH_RECORDS: "3" },
    effect: sends(many(6), batches),
    without: 1,
    with: 2,
  },
  maxBatchBytes: {
    given: onePartition,
    env: { CA3_MAX_BATCH_SIZE: "1KiB" },
    effect: sends(many(6), batches),
    without: 1,
    with: 3,
  },
  maxWriteRecords: {
    env: { CA3_MAX_WRITE_RECORDS: "1" },
    effect: sends(many(12), async (rig) => (await batches(rig)) > 2),
    without: false,
    with: true,
  },
  writeConcurrency: {
    given: { CA3_MAX_WRITE_RECORDS: "1" },
    env: { CA3_WRITE_CONCURRENCY: "1" },
    effect: whileHeld(many(12), batches),
    without: 4,
    with: 1,
  },
  maxInflightBytes: {
    env: { CA3_MAX_INFLIGHT: "1B" },
    effect: whileHeld(many(12), async (rig) => (await started(rig)) === 12),
    without: true,
    with: false,
  },
  watchIntervalMs: {
    env: { CA3_WATCH_INTERVAL: "1m" },
    effect: async (rig) => {
      await rig.clock.advance(500);
      rig.faults.ping = () => new Error("away");
      await rig.clock.advance(10_000);
      return rig.check("store")!.ok;
    },
    without: false,
    with: true,
  },
  expireIntervalMs: {
    given: { CA3_RETENTION: "1m" },
    env: { CA3_EXPIRE_INTERVAL: "1h" },
    effect: async (rig) => {
      await rig.send(GPU, gpuEvent("a"));
      await rig.clock.advance(180_000);
      return rig.store.events.size;
    },
    without: 0,
    with: 1,
  },
  stopGraceMs: {
    env: { CA3_STOP_GRACE: "1s" },
    effect: async (rig) => {
      rig.faults.hang = new Promise(() => {});
      await rig.send(GPU, gpuEvent("a"));
      await quiet();
      const stop = rig.processor.stop().then(() => "stopped");
      await rig.clock.advance(2_000);
      return Promise.race([stop, quiet().then(() => "waits")]);
    },
    without: "waits",
    with: "stopped",
  },
  costRefreshMs: {
    env: { CA3_COST_REFRESH: "1m" },
    effect: async (rig) => {
      await rig.metric("x");
      await rig.send("token.usage.v1", tokenEvent("t"));
      await rig.clock.advance(10_000);
      return rig.metric('processor_rollup_lag_seconds{rollup="token"}');
    },
    without: expect.closeTo(19),
    with: Number.NaN,
  },
  costWindowMs: {
    env: { CA3_COST_WINDOW: "1h" },
    effect: sends([gpuEvent("a", START_MS - 600_000)], (rig) =>
      rig.metric('gpu_power_watts{gpu_model="NVIDIA A100",host="node-1",gpu="0"}'),
    ),
    without: Number.NaN,
    with: 200,
  },
  maxLabelValues: {
    env: { CA3_MAX_LABEL_VALUES: "1" },
    effect: sends([gpuEvent("a")], (rig) => rig.metric("cost_label_overflow_total")),
    without: 0,
    with: 2,
  },
};
