import { expect, test } from "bun:test";
import { isOutage } from "../../src/support/errors.ts";
import { until } from "../entrypoints/rig.ts";
import { FaultProxy } from "../faults/real/proxy.ts";
import { brokerProperties } from "../services/kafka/properties.ts";
import { startBroker } from "../services/kafka.ts";
import { freePort } from "../services/process.ts";
import { withService } from "../services/require.ts";
import { openQuick } from "./open.ts";
import { missing, startFeed, startReading } from "./traffic.ts";

/** A broker that tells its clients to come through a link of ours. */
async function behindLink() {
  const [port, controller] = [await freePort(), await freePort()];
  const link = await FaultProxy.open(port);
  const broker = await startBroker({
    port,
    properties: (folder) => ({
      ...brokerProperties({ folder, port, controller }),
      "advertised.listeners": `PLAINTEXT://127.0.0.1:${link.port}`,
    }),
  });
  const end = async () => {
    await link[Symbol.asyncDispose]();
    await broker[Symbol.asyncDispose]();
  };
  return { link, brokers: `127.0.0.1:${link.port}`, [Symbol.asyncDispose]: end };
}

await withService("kafka", behindLink, ({ link, brokers }) => {
  test("a link that takes everything and answers nothing is an outage, and passes; a cut link is no more than a hiccup", async () => {
    const log = await openQuick(brokers, {}, { appendTimeoutMs: 2_000 });
    const topic = "half-open";
    await log.ensureTopics([{ name: topic, partitions: 4 }]);
    const feed = startFeed(log, topic);
    const reading = startReading(log, topic, "half-open");
    await until("it flows", () => reading.seen.length > 300);

    link.silence();
    expect(await log.ping().then(() => false, isOutage)).toBe(true);
    await until("both have noticed", () => feed.state.outages > 0 && reading.state.outages > 0);
    await link.heal();
    const flowing = async (what: string) => {
      const acknowledged = feed.acknowledged.length;
      const seen = reading.seen.length;
      await until(
        what,
        () => feed.acknowledged.length > acknowledged + 300 && reading.seen.length > seen + 300,
      );
    };
    await flowing("it flows again");
    link.cut();
    await flowing("it flows again after the cut");

    await feed.stop();
    await until(
      "everything acknowledged was read",
      () => missing(feed.acknowledged, reading.seen).length === 0,
    );
    await reading.stop();
    expect(reading.state.failure).toBeUndefined();
    await log.close();
  }, 180_000);
});
