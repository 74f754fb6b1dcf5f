import { afterAll, expect, test } from "bun:test";
import { startKafka } from "../services/kafka.ts";
import { startMongo } from "../services/mongo.ts";
import { withService } from "../services/require.ts";
import { findChromium } from "./browser.ts";
import { opener } from "./chromium.ts";
import { realPipeline } from "./real.ts";

/** A little load, and connections that are given up soon enough for a test. */
const LOAD = { CA3_SOURCE: "synthetic", RATE: "20", CA3_MONGO_TIMEOUT: "2s", CA3_MONGO_QUERY_TIMEOUT: "2s" };

const obtain = async () => ({
  chromium: await findChromium(),
  kafka: await startKafka(),
  mongo: await startMongo(),
});

await withService("chromium, kafka and mongo", obtain, ({ chromium, kafka, mongo }) => {
  const open = opener(chromium);
  afterAll(async () => {
    await kafka[Symbol.asyncDispose]();
    await mongo[Symbol.asyncDispose]();
  }, 60_000);

  test("Kafka and MongoDB that go away are named on the page, and their return needs nobody", async () => {
    await using pipeline = await realPipeline({
      ...LOAD,
      KAFKA_BOOTSTRAP: kafka.brokers,
      MONGO_URL: mongo.url,
    });
    await using shown = await open(pipeline.url);
    const { page } = shown;
    const live = page.locator('[data-status="live"]');
    const banner = page.locator('[data-banner="not-ready"]');
    await page.locator('[data-formula="tokensPerSecond"] .figure-value', { hasText: /\d/ }).waitFor();
    await live.waitFor();

    await mongo.kill();
    await banner.locator("li", { hasText: /^store: .*MongoDB/ }).waitFor({ timeout: 60_000 });
    expect(await banner.innerText()).toContain("Nothing is lost");
    await using mongoAgain = await startMongo({ earlier: mongo });
    await banner.waitFor({ state: "detached", timeout: 60_000 });
    await live.waitFor();

    await kafka.kill();
    await banner.locator("li", { hasText: /^event log: / }).waitFor({ timeout: 60_000 });
    await using kafkaAgain = await startKafka(kafka);
    await banner.waitFor({ state: "detached", timeout: 60_000 });
    await live.waitFor();
    expect([mongoAgain.port, kafkaAgain.port]).toEqual([mongo.port, kafka.port]);
  }, 240_000);
});
