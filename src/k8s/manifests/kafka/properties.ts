import { GI, MI } from "../../quantities.ts";
import { brokerHosts, ports } from "../addresses.ts";
import type { Layout, Members } from "../layout.ts";

/** Where the data lies: a folder below the volume, whose own root may hold `lost+found`. */
export const DATA = "/var/lib/kafka/data";

/**
 * The settings of every broker. What differs from pod to pod (its number, its name, the passwords) is added when it
 * starts.
 */
export function brokerProperties(layout: Layout, kafka: Members): string {
  const copies = Math.min(3, kafka.members);
  const inSync = Math.max(1, copies - 1);
  const disk = diskShares(kafka.storage, layout.wish.processor.partitions);
  const voters = brokerHosts(layout).map((host, at) => `${at}@${host}:${ports.controller}`);
  return lines({
    "process.roles": "broker,controller",
    "controller.quorum.voters": voters.join(","),
    listeners: `CLIENT://:${ports.kafka},CONTROLLER://:${ports.controller}`,
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "CLIENT",
    "listener.security.protocol.map": "CLIENT:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT",
    // PLAIN is for the user of the brokers, who has to be known before the first user can be stored.
    "sasl.enabled.mechanisms": "SCRAM-SHA-512,PLAIN",
    "listener.name.controller.sasl.enabled.mechanisms": "PLAIN",
    "sasl.mechanism.controller.protocol": "PLAIN",
    "sasl.mechanism.inter.broker.protocol": "PLAIN",
    "log.dirs": DATA,
    "auto.create.topics.enable": false,
    "default.replication.factor": copies,
    "min.insync.replicas": inSync,
    "offsets.topic.replication.factor": copies,
    "offsets.topic.num.partitions": 12,
    "transaction.state.log.replication.factor": copies,
    "transaction.state.log.min.isr": inSync,
    "transaction.state.log.num.partitions": 12,
    "share.coordinator.state.topic.replication.factor": copies,
    "share.coordinator.state.topic.min.isr": inSync,
    "log.retention.bytes": disk.partition,
    "log.segment.bytes": disk.segment,
    "controlled.shutdown.enable": true,
  });
}

/**
 * How large a partition may grow, so that a full disk never stops the broker: three quarters of it, shared out over
 * the partitions of both event topics, of which every broker holds a copy as long as there are no more than three.
 * Space is freed by whole segments, so these are a quarter of that.
 */
function diskShares(storage: number, partitions: number): { partition: number; segment: number } {
  const partition = Math.floor((storage * 0.75) / (2 * partitions));
  const segment = Math.min(1 * GI, Math.max(1 * MI, Math.floor(partition / 4)));
  return { partition: Math.max(partition, 2 * segment), segment };
}

/** One line a setting, as Java reads it. */
const lines = (properties: Readonly<Record<string, string | number | boolean>>): string =>
  Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");

/** Everything that Kafka has to say goes to the container's log. */
export const LOGGING = `rootLogger.level=INFO
rootLogger.appenderRef.out.ref=out
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d{ISO8601} %p %m (%c)%n
logger.org-apache-kafka.name=org.apache.kafka
logger.org-apache-kafka.level=WARN
logger.state.name=state.change.logger
logger.state.level=WARN
`;
