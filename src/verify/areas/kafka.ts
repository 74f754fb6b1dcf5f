import type { PartitionLag, TopicInfo } from "../../eventlog/port.ts";
import { formatDuration } from "../../support/format.ts";
import type { Problem } from "../check.ts";
import { notNamed, type Probe, type ProbesOf, type Subject } from "../subject.ts";
import { knownLogins, loginsFinding, nobodyToRefuse } from "./known-logins.ts";
import { roundTrip } from "./round-trip.ts";

/** Kafka itself: there, complete, and kept up with. */
export function kafkaProbes(subject: Subject): ProbesOf<"kafka"> {
  const { kafka, wanted } = subject;
  const absent = async () => notNamed("Kafka", "add --kafka host:9092");
  const onKafka = (
    probe: (log: Awaited<ReturnType<NonNullable<typeof kafka>>>, signal: AbortSignal) => ReturnType<Probe>,
  ): Probe => (kafka === undefined ? absent : async (signal) => probe(await kafka(), signal));
  const ours = (all: readonly TopicInfo[]) =>
    all.filter(({ name }) => wanted.specs.some((one) => one.name === name));
  return {
    "kafka.reachable": onKafka((log) => log.ping().then(() => undefined)),
    "kafka.topics": onKafka(async (log) => {
      const found = ours(await log.topics());
      const problems = wanted.specs.flatMap((spec) => topicProblems(spec, found, subject.topicsHint));
      return { summary: `${found.length} of ${wanted.specs.length} topics`, problems };
    }),
    "kafka.replicas": onKafka(async (log) => {
      const found = ours(await log.topics());
      if (found.length === 0) return "there is none of the topics";
      return {
        summary: `${found.map(({ copies }) => copies?.replication ?? 1).toSorted()[0]} copies or more`,
        problems: found.flatMap((one) => copyProblems(one, wanted.replication)),
      };
    }),
    "kafka.round-trip": onKafka((log, signal) => roundTrip(log, subject, signal)),
    "kafka.anonymous-refused": onKafka(async (log) => {
      const { kafkaLetsIn } = subject;
      if (kafkaLetsIn === undefined) return nobodyToRefuse;
      // Whoever does not answer at all would seem to refuse.
      await log.ping();
      if (!(await kafkaLetsIn(undefined))) return undefined;
      const hint = "close the listener that asks for no user (listener.security.protocol.map of the brokers)";
      const message = "metadata can be read without user and password";
      return { problems: [{ severity: "fail", message, want: "a refusal", hint }] };
    }),
    "kafka.default-logins": onKafka(async () =>
      subject.kafkaLetsIn === undefined
        ? nobodyToRefuse
        : await loginsFinding("Kafka", knownLogins.kafka, subject.kafkaLetsIn),
    ),
    "kafka.lag": onKafka(async (log) => {
      const lags = await log.lag(wanted.group, Object.values(wanted.topics));
      return lagFinding(lags, wanted.maxLagMs, wanted.group);
    }),
  };
}

type Spec = Subject["wanted"]["specs"][number];

/** What is wrong with one topic. Pure. */
export function topicProblems(
  spec: Spec,
  found: readonly TopicInfo[],
  hint = "ca3 topics create",
): readonly Problem[] {
  const { name, partitions, retentionMs } = spec;
  const topic = found.find((one) => one.name === name);
  const fail = (message: string, want: string): Problem => ({
    ...{ severity: "fail", message, want, hint },
  });
  const kept = (ms: number | undefined) => (ms === undefined ? "for ever" : formatDuration(ms));
  if (topic === undefined)
    return [fail(`there is no topic ${name}`, `${name} with ${partitions} partitions`)];
  return [
    ...(topic.partitions < partitions
      ? [fail(`${name} has ${topic.partitions} partitions`, `${partitions} (topics.partitions)`)]
      : []),
    ...(topic.retentionMs === retentionMs
      ? []
      : [
          fail(`${name} keeps records ${kept(topic.retentionMs)}`, `${kept(retentionMs)} (topics.retention)`),
        ]),
  ];
}

/** What is wrong with the copies of one topic: fewer than are wanted, not up to date, or fewer than a write should have. Pure. */
export function copyProblems({ name, copies }: TopicInfo, wanted: number | undefined): readonly Problem[] {
  if (copies === undefined) return [];
  const { inSync, minInSync, replication } = copies;
  if (wanted !== undefined && replication < wanted)
    return [
      {
        severity: "fail",
        message: `${name} has ${copiesOf(replication)}`,
        want: `${wanted} (kafka.replication)`,
        hint: "a topic keeps the copies that it was made with: kafka-reassign-partitions gives it more",
      },
    ];
  if (inSync < replication)
    return [
      {
        severity: inSync < minInSync ? "fail" : "warn",
        message: `a partition of ${name} has ${copiesOf(inSync)} in sync`,
        want: `${replication}, and ${minInSync} for a write`,
        hint: "look which broker is away: ca3 status",
      },
    ];
  if (replication >= minInSync) return [];
  return [
    {
      // Brokers before Kafka 4 take no write then; newer ones call a record kept with what copies there are.
      severity: "warn",
      message: `${name} has ${copiesOf(replication)}, fewer than a write should have`,
      want: `${minInSync} or more (min.insync.replicas)`,
      hint: `give ${name} more copies with kafka-reassign-partitions, or lower its min.insync.replicas with kafka-configs`,
    },
  ];
}

const copiesOf = (count: number): string => (count === 1 ? "1 copy" : `${count} copies`);

/** Whether the group keeps up. No record at all is no proof, so that is skipped. Pure. */
export function lagFinding(lags: readonly PartitionLag[], maxLagMs: number, group: string) {
  if (lags.every(({ endOffset }) => endOffset === 0)) return { skipped: "no record was ever sent" };
  const records = lags.reduce((sum, { lag }) => sum + lag, 0);
  const oldestMs = Math.max(...lags.map(({ lagSeconds }) => lagSeconds)) * 1000;
  const summary = `group ${group} is ${records} ${records === 1 ? "record" : "records"} behind`;
  if (oldestMs <= maxLagMs) return { summary };
  const message = `${summary}, the oldest ${formatDuration(oldestMs)} old`;
  const want = `none older than ${formatDuration(maxLagMs)} (verify.maxLag)`;
  return {
    problems: [
      { severity: "fail", message, want, hint: "start a processor, or more of them: ca3 status" },
    ] as const,
  };
}
