import { join } from "node:path";

export type Properties = Readonly<Record<string, string | number>>;

export const LOGGING = `
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d %p %m (%c)%n
rootLogger.level=INFO
rootLogger.appenderRef.out.ref=out
`;

/** For quick tests: groups are given their partitions at once, and old records are deleted within a second. */
const quick: Properties = {
  "auto.create.topics.enable": "false",
  "group.initial.rebalance.delay.ms": 0,
  "group.min.session.timeout.ms": 1_000,
  "log.retention.check.interval.ms": 200,
  "log.initial.task.delay.ms": 200,
  "offsets.topic.num.partitions": 4,
  "log.cleaner.dedupe.buffer.size": 4_000_000,
  "num.network.threads": 2,
  "num.io.threads": 2,
};

/** One broker that is its own controller. */
export const brokerProperties = (broker: {
  readonly folder: string;
  readonly port: number;
  readonly controller: number;
}): Properties => ({
  ...quick,
  "process.roles": "broker,controller",
  "node.id": 1,
  "controller.quorum.voters": `1@127.0.0.1:${broker.controller}`,
  listeners: `PLAINTEXT://127.0.0.1:${broker.port},CONTROLLER://127.0.0.1:${broker.controller}`,
  "advertised.listeners": `PLAINTEXT://127.0.0.1:${broker.port}`,
  "controller.listener.names": "CONTROLLER",
  "log.dirs": join(broker.folder, "data"),
  "offsets.topic.replication.factor": 1,
  "transaction.state.log.replication.factor": 1,
  "transaction.state.log.min.isr": 1,
});

export type Seat = { readonly port: number; readonly controller: number };

/** One of several brokers of a cluster, each of them a controller too. */
export const memberProperties = (folder: string, seats: readonly Seat[], index: number): Properties => ({
  ...brokerProperties({ folder, ...seats[index]! }),
  "node.id": index + 1,
  "controller.quorum.voters": seats
    .map(({ controller }, at) => `${at + 1}@127.0.0.1:${controller}`)
    .join(","),
  "offsets.topic.replication.factor": seats.length,
  "broker.session.timeout.ms": 3_000,
  "broker.heartbeat.interval.ms": 500,
  "controller.quorum.election.timeout.ms": 500,
  "controller.quorum.fetch.timeout.ms": 1_000,
  "replica.lag.time.max.ms": 3_000,
});
