import { expect, test } from "bun:test";
import { isOutage } from "../../src/support/errors.ts";
import { until } from "../helpers/until.ts";
import { startKafka } from "../services/kafka.ts";
import { withService } from "../services/require.ts";
import { openQuick } from "./open.ts";
import { missing, startFeed, startReading } from "./traffic.ts";

await withService("kafka", startKafka, (kafka) => {
  test("a broker that is killed and comes back: calls are outages meanwhile, then everything goes on, nothing is lost", async () => {
    const log = await openQuick(kafka.brokers, {}, { appendTimeoutMs: 2_000 });
    const topic = "outage";
    await log.ensureTopics([{ name: topic, partitions: 4 }]);
    const feed = startFeed(log, topic);
    const reading = startReading(log, topic, "outage");
    await until("it flows", () => reading.seen.length > 500);

    await kafka.kill();
    const refusals = await Promise.all(
      [
        log.ping(),
        log.lag("outage", [topic]),
        log.topics(),
        log.ensureTopics([{ name: topic, partitions: 4 }]),
      ].map((call) => call.then(() => false, isOutage)),
    );
    expect(refusals).toEqual([true, true, true, true]);
    await until(
      "producer and consumer have noticed",
      () => feed.state.outages > 0 && reading.state.outages > 0,
    );

    await using again = await startKafka(kafka);
    const acknowledged = feed.acknowledged.length;
    await until("it flows again", () => feed.acknowledged.length > acknowledged + 500);
    await feed.stop();
    await until(
      "everything acknowledged was read",
      () => missing(feed.acknowledged, reading.seen).length === 0,
    );
    await reading.stop();
    expect(reading.state.failure).toBeUndefined();
    await log.ping();
    await log.close();
    expect(again.port).toBe(kafka.port);
  }, 90_000);
});
