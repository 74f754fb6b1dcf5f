import { expect, test } from "bun:test";
import { until } from "../helpers/until.ts";
import { startKafkaCluster } from "../services/kafka/cluster.ts";
import { withService } from "../services/require.ts";
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
});
