import { expect, test } from "bun:test";
import { freshNames } from "../entrypoints/rig.ts";
import { ca3 } from "../helpers/cli.ts";
import { until } from "../helpers/until.ts";
import { startKafkaCluster } from "../services/kafka/cluster.ts";
import { withService } from "../services/require.ts";
import { saying, told, verify } from "../verify/verified.ts";
import { leadersOf, moveLeaders } from "./leaders.ts";
import { openQuick, quickTuning } from "./open.ts";
import { doubles, missing, startFeed, startReading } from "./traffic.ts";

/** Long enough that a change of leaders is waited out. */
const patient = { appendTimeoutMs: 60_000, tuning: { ...quickTuning, sessionTimeoutMs: 30_000 } };

await withService("kafka-cluster", startKafkaCluster, (cluster) => {
  test("every leader moves to another broker under load: nothing is lost or doubled, and nobody notices an outage", async () => {
    const log = await openQuick(cluster.brokers, {}, patient);
    const topic = "moving";
    await log.ensureTopics([{ name: topic, partitions: 6 }]);
    const feed = startFeed(log, topic);
    const reading = startReading(log, topic, "moving");
    await until("it flows", () => reading.seen.length > 500);

    const before = await leadersOf(cluster.brokers, topic);
    await moveLeaders(cluster.brokers, topic);
    await until("all leaders are others", async () => {
      const now = await leadersOf(cluster.brokers, topic);
      return now.every((leader, partition) => leader !== before[partition]);
    });
    const acknowledged = feed.acknowledged.length;
    await until("it flows again", () => feed.acknowledged.length > acknowledged + 1_000);
    await feed.stop();
    await until("everything was read", () => missing(feed.acknowledged, reading.seen).length === 0);
    await reading.stop();
    expect({ appends: feed.state.outages, reading: reading.state, doubles: doubles(reading.seen) }).toEqual({
      appends: 0,
      reading: { on: false, outages: 0, failure: undefined },
      doubles: 0,
    });
    await log.close();
  }, 120_000);

  type Env = Readonly<Record<string, string>>;
  const asked = (env: Env, ...only: string[]) =>
    verify(["--kafka", cluster.brokers, ...only.flatMap((one) => ["--only", one])], { env });
  /** Topics that take writes with one broker away, and topics that do not; the latter make that of the probe as well. */
  const ours = { strict: { ...freshNames(), CA3_KAFKA_MIN_IN_SYNC: "3" }, lenient: freshNames() };

  test("ca3 verify finds the copies of new topics in sync", async () => {
    for (const env of Object.values(ours)) {
      const { code, notes } = await ca3(["topics", "create", "--kafka", cluster.brokers], { env });
      expect([code, notes]).toEqual([0, expect.anything()]);
      let seen = await asked(env, "kafka");
      // On a busy machine a broker falls behind for a moment.
      while (seen.results["kafka.replicas"] !== "pass") seen = await asked(env, "kafka");
      expect(told(seen)).toEqual({});
    }
  }, 120_000);

  test("one broker of three is killed under load: no record is lost, none is there twice, nobody has to start again", async () => {
    const log = await openQuick(cluster.brokers, {}, patient);
    const topic = "leaders";
    await log.ensureTopics([{ name: topic, partitions: 6 }]);
    const feed = startFeed(log, topic);
    const reading = startReading(log, topic, "leaders");
    await until("it flows", () => reading.seen.length > 500);
    await cluster.members[1]!.kill();
    const acknowledged = feed.acknowledged.length;
    await until("it flows again", () => feed.acknowledged.length > acknowledged + 1_000);
    await feed.stop();
    await until("everything was read", () => missing(feed.acknowledged, reading.seen).length === 0);
    await reading.stop();
    expect({ appends: feed.state.outages, reading: reading.state }).toEqual({
      appends: 0,
      reading: { on: false, outages: 0, failure: undefined },
    });

    // What the topic holds, not what was read once more after the change.
    const again = startReading(log, topic, "oracle");
    await until("everything was read again", () => again.seen.length >= feed.acknowledged.length);
    await again.stop();
    expect(doubles(again.seen)).toBe(0);
    expect(missing(feed.acknowledged, again.seen)).toEqual([]);
    await log.close();
  }, 120_000);

  test("ca3 verify tells that a broker is away, and whether a write succeeds without it", async () => {
    const away = saying(/ has 2 copies in sync$/, "look which broker is away");
    let lenient = await asked(ours.lenient, "kafka.replicas");
    // The others go without it only some time after it has fallen silent.
    while (lenient.results["kafka.replicas"] === "pass")
      lenient = await asked(ours.lenient, "kafka.replicas");
    expect([told(lenient), lenient.results["kafka.replicas"]]).toEqual([{ "kafka.replicas": away }, "warn"]);
    const strict = await asked(ours.strict, "kafka.replicas", "kafka.round-trip");
    expect(told(strict)).toEqual({
      "kafka.replicas": away,
      "kafka.round-trip": saying(/copies|replicas/, "ca3 topics describe"),
    });
    expect(strict.failed).toEqual(["kafka.replicas", "kafka.round-trip"]);
  }, 120_000);
});
