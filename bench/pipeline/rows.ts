import { join } from "node:path";
import { percentile, storeDelays } from "./delay.ts";
import { isJoined, measureGroup, until } from "./group.ts";
import { programs } from "./programs.ts";
import type { Measured } from "./report.ts";
import { PARTITIONS, type ServerCpu, type Stage } from "./stage.ts";
import { poisonIn } from "./workload.ts";

export type Workload = { readonly events: number; readonly gpus: number; readonly delaySeconds: number };
export type Outcome = Measured & {
  /** The events are in the store afterwards. */
  readonly stores?: boolean;
  readonly p99S?: number;
  /** CPU seconds of the servers meanwhile. */
  readonly servers?: ServerCpu;
};

/** One line of the table: measures something once. */
export type Row = { readonly name: string; run(stage: Stage, load: Workload): Promise<Outcome> };

export const BACKLOG = "backlog";
let runs = 0;

async function child(script: string, ...words: readonly (string | number)[]): Promise<Measured> {
  const command = [process.execPath, join(import.meta.dir, "raw", script), ...words.map(String)];
  const process_ = Bun.spawn(command, { stdio: ["ignore", "pipe", "inherit"] });
  const said = await new Response(process_.stdout).text();
  if ((await process_.exited) !== 0) throw new Error(`${script} ended with ${process_.exitCode}`);
  return JSON.parse(said) as Measured;
}

async function withServers(stage: Stage, work: () => Promise<Measured>): Promise<Outcome> {
  const before = stage.serverCpu();
  const measured = await work();
  const after = stage.serverCpu();
  const servers = { broker: after.broker - before.broker, store: after.store - before.store };
  return { ...measured, servers };
}

const consume: Row = {
  name: "raw consume and parse, kafkajs",
  async run({ brokers, topics }, { events }) {
    const names = Object.values(await topics(BACKLOG));
    return child("consume.ts", brokers, names.join(), events + poisonIn(events));
  },
};

const insert: Row = {
  name: "raw insert, 1000 × 4",
  async run(stage, { events, gpus }) {
    const database = `raw_${++runs}`;
    const url = await stage.database(database);
    const measured = await withServers(stage, () => child("insert.ts", url, events, gpus));
    await mustHold(stage, database, events);
    return { ...measured, stores: true };
  },
};

const produce = (name: string, client: string, keyed: string, compression = "none"): Row => ({
  name,
  async run({ brokers, log }, { events }) {
    const topic = `produce-${++runs}`;
    await log.ensureTopics([{ name: topic, partitions: PARTITIONS, retentionMs: 600_000 }]);
    return child("produce.ts", brokers, topic, events, client, keyed, compression);
  },
});

const store = (name: string): Row => ({
  name,
  async run(stage, load) {
    const measured = { ...(await backlogRun(stage, name, load)), stores: true };
    const rate = measured.events / measured.seconds;
    return load.delaySeconds === 0
      ? measured
      : { ...measured, p99S: await delayRun(stage, name, rate / 2, load) };
  },
});

async function backlogRun(stage: Stage, name: string, { events }: Workload): Promise<Outcome> {
  const database = `backlog_${++runs}`;
  const [topics, url] = [await stage.topics(BACKLOG), await stage.database(database)];
  const job = { brokers: stage.brokers, name: database, topics, url };
  const measured = await withServers(stage, async () => {
    await using running = await programs[name]!(job);
    return await measureGroup(stage.admin, running, events + poisonIn(events));
  });
  await mustHold(stage, database, events);
  return { ...measured, events };
}

/** 99th percentile, seconds. */
async function delayRun(stage: Stage, name: string, rate: number, load: Workload): Promise<number> {
  const database = `delay_${++runs}`;
  const [topics, url] = [await stage.topics(database), await stage.database(database)];
  const job = { brokers: stage.brokers, name: database, topics, url };
  await using running = await programs[name]!(job);
  await until(`${name} has its partitions`, () => isJoined(stage.admin, running));
  const measureMs = load.delaySeconds * 1000;
  const delays = await storeDelays(stage, { topics, database, gpus: load.gpus, rate, measureMs });
  await stage.drop(database);
  return percentile(delays, 0.99);
}

/** A program that loses or doubles events has no rate. */
async function mustHold(stage: Stage, database: string, events: number): Promise<void> {
  const stored = await stage.stored(database);
  if (stored !== events) throw new Error(`${database} holds ${stored} events, not ${events}`);
  await stage.drop(database);
}

/** By what `--only` calls them. */
export const rows: Readonly<Record<string, Row>> = {
  consume,
  insert,
  processor: store("ca3 processor"),
  minimal: store("kafkajs and insertMany"),
  connect: store("Kafka Connect"),
  "connect-tuned": store("Kafka Connect, tuned"),
  keyed: produce("ca3 producer's log, keyed", "ours", "keyed"),
  unkeyed: produce("ca3 producer's log, unkeyed", "ours", "unkeyed"),
  "keyed-zstd": produce("ca3 producer's log, keyed, zstd", "ours", "keyed", "zstd"),
  kafkajs: produce("kafkajs producer, keyed", "kafkajs", "keyed"),
};
