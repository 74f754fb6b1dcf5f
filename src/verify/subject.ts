import type { KafkaLogin } from "../eventlog/kafka-login.ts";
import type { EventLog, TopicSpec } from "../eventlog/port.ts";
import type { KubeClient } from "../k8s/client/client.ts";
import type { Tunnels } from "../k8s/tunnels.ts";
import type { MongoProbe } from "../store/mongo-probe.ts";
import type { TelemetryStore } from "../store/port.ts";
import type { Clock } from "../support/clock.ts";
import type { Topics } from "../telemetry/topics.ts";
import type { Finding } from "./check.ts";
import type { CheckId } from "./facts.ts";
import type { Api } from "./web-api.ts";

/** What is verified: each part as far as it was named. What opens something opens it once. */
export type Subject = {
  readonly clock: Clock;
  /** Tells our own events of one run from those of another. */
  readonly runId: string;
  readonly kafka?: () => Promise<EventLog>;
  /** Whether Kafka lets somebody in, or anybody; absent when no user is set, so nobody is to be refused. */
  readonly kafkaLetsIn?: (login: KafkaLogin | undefined) => Promise<boolean>;
  /** What makes the topics, where it is not `ca3 topics create` on this machine. */
  readonly topicsHint?: string;
  /** Kafka, or the log of a data folder. */
  readonly log?: () => Promise<EventLog>;
  readonly store?: () => Promise<TelemetryStore>;
  readonly mongo?: () => Promise<MongoProbe>;
  readonly api?: Api;
  readonly cluster?: KubeClient;
  /** Ways into the pods of the cluster. */
  readonly tunnels?: Tunnels;
  readonly wanted: Wanted;
  /** Shows what a check that takes minutes is at. */
  readonly tell?: (text: string) => void;
  /** Records that we have sent ourselves, counted before they are sent, and what is under way when we are interrupted now. */
  readonly own: { records: number; left?: string | undefined };
};

/** What the settings say there should be. */
export type Wanted = {
  readonly topics: Topics;
  readonly specs: readonly TopicSpec[];
  /** How many copies each topic should have; as many as there were brokers for when absent. */
  readonly replication?: number | undefined;
  /** Group of the processors. */
  readonly group: string;
  /** How old the oldest unprocessed record may be, ms. */
  readonly maxLagMs: number;
  /** How long, beyond the autoscaler's own rules, a burst may last, and then take until all is as before, ms. */
  readonly burst: { readonly burstMs: number; readonly settleMs: number };
  readonly namespaces: { readonly app: string; readonly platform: string; readonly monitoring: string };
};

export type Answer = string | undefined | Finding<unknown>;
export type Probe = (signal: AbortSignal) => Promise<Answer>;

/** The probes of the ids that begin with these areas; the type demands one for each id. */
export type ProbesOf<A extends string> = Readonly<Record<Extract<CheckId, `${A}.${string}`>, Probe>>;

/** A probe of the cluster; skipped when none is named. */
export const onCluster = (
  { cluster }: Pick<Subject, "cluster">,
  probe: (client: KubeClient, signal: AbortSignal) => Promise<Answer>,
): Probe =>
  cluster === undefined
    ? async () => notNamed("cluster", "add --cluster, or --context NAME")
    : (signal) => probe(cluster, signal);

/** A check that cannot look because what it looks at was not named. */
export const notNamed = (what: string, how: string): Finding<never> => ({
  skipped: `no ${what} is named: ${how}`,
});
