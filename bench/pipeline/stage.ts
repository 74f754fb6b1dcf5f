import { cpus } from "node:os";
import { type Admin, Kafka, logLevel } from "kafkajs";
import { MongoClient } from "mongodb";
import { openKafkaLog } from "../../src/eventlog/kafka.ts";
import { kafkaSettings } from "../../src/eventlog/kafka-config.ts";
import type { EventLog } from "../../src/eventlog/port.ts";
import { collections } from "../../src/store/mongo/collections.ts";
import { openMongoStore } from "../../src/store/mongo.ts";
import { readSettings } from "../../src/support/settings.ts";
import type { Topics } from "../../src/telemetry/topics.ts";
import { startKafka } from "../../tests/services/kafka.ts";
import { startMongo } from "../../tests/services/mongo.ts";
import { cpuSeconds } from "./proc.ts";

export const PARTITIONS = 12;
const RETENTION_MS = 30 * 86_400_000;

export type ServerCpu = { readonly broker: number; readonly store: number };

/** What everybody in the bench works on: a broker, a server, and ways to look at both. */
export type Stage = AsyncDisposable & {
  readonly brokers: string;
  readonly log: EventLog;
  readonly admin: Admin;
  readonly mongo: MongoClient;
  /** A database of this name, with the indexes that the processor makes, and nothing in it. */
  database(name: string): Promise<string>;
  /** Events in it; every one is counted. */
  stored(name: string): Promise<number>;
  drop(name: string): Promise<void>;
  /** Gives the server a core of its own; broker, bench and what it starts from now on share the others. */
  apart(): Promise<void>;
  /** CPU seconds that each server has used so far. */
  serverCpu(): ServerCpu;
  topics(name: string): Promise<Topics>;
};

export async function openStage(): Promise<Stage> {
  const kafka = await startKafka();
  const mongo = await startMongo({ durable: false });
  const { brokers } = kafka;
  const log = await openKafkaLog({
    settings: readSettings(kafkaSettings, {
      env: { KAFKA_BOOTSTRAP: brokers, CA3_KAFKA_COMPRESSION: "none" },
    }),
  });
  const admin = new Kafka({ clientId: "bench", brokers: [brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const client = await new MongoClient(mongo.url).connect();
  const urlOf = (name: string) => mongo.url.replace("/ca3?", `/${name}?`);
  return {
    ...{ brokers, log, admin, mongo: client },
    async database(name) {
      const store = await openMongoStore(urlOf(name), { retentionMs: RETENTION_MS });
      await store.close();
      return urlOf(name);
    },
    async stored(name) {
      const names = Object.values(collections.events);
      const counts = names.map((one) => client.db(name).collection(one).countDocuments());
      return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    },
    async apart() {
      const last = cpus().length - 1;
      await pin(mongo.pid, String(last));
      for (const pid of [kafka.pid, process.pid]) await pin(pid, `0-${last - 1}`);
    },
    serverCpu: () => ({ broker: cpuSeconds(kafka.pid), store: cpuSeconds(mongo.pid) }),
    drop: async (name) => void (await client.db(name).dropDatabase()),
    async topics(name) {
      const topics: Topics = { gpu: `${name}.gpu`, token: `${name}.token` };
      await log.ensureTopics(Object.values(topics).map((topic) => ({ name: topic, partitions: PARTITIONS })));
      return topics;
    },
    async [Symbol.asyncDispose]() {
      await Promise.allSettled([client.close(), admin.disconnect(), log.close()]);
      await Promise.allSettled([mongo[Symbol.asyncDispose](), kafka[Symbol.asyncDispose]()]);
    },
  };
}

/** All threads of a process, and all that they start later. */
async function pin(pid: number, cores: string): Promise<void> {
  const command = ["taskset", "--all-tasks", "--cpu-list", "--pid", cores, String(pid)];
  const code = await Bun.spawn(command, { stdio: ["ignore", "ignore", "inherit"] }).exited;
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}`);
}
