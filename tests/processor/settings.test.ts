import { afterEach, beforeEach, expect, test } from "bun:test";
import { processorSettings } from "../../src/processor/config.ts";
import { readSettings, resolveSettings } from "../../src/support/settings.ts";
import { quiet, type SteeredClock, steeredClock } from "../helpers/steered-clock.ts";
import { START_MS } from "../helpers/telemetry.ts";
import { type ProcessorRig, processorRig } from "./rig.ts";
import { effects } from "./setting-effects.ts";

const rigs: ProcessorRig[] = [];
let clock: SteeredClock;
beforeEach(() => {
  clock = steeredClock(START_MS + 10_000);
});
afterEach(async () => {
  for (const { processor } of rigs.splice(0)) {
    const stopped = processor.stop();
    await clock.advance(60_000);
    await stopped;
  }
});

async function startWith(env: Record<string, string>) {
  const rig = await processorRig(clock, readSettings(processorSettings, { env }));
  rigs.push(rig);
  await rig.processor.start();
  await quiet();
  return rig;
}

test.each(Object.entries(effects))("%s has an effect", async (_name, row) => {
  expect(await row.effect(await startWith({ ...row.given }))).toEqual(row.without);
  expect(await row.effect(await startWith({ ...row.given, ...row.env }))).toEqual(row.with);
});

/** How to reach log and store is for whoever opens them. */
const elsewhere = /^(kafka|mongo)\./;

test("every setting of the processor is in the table above", () => {
  const own = Object.entries(processorSettings).filter(([, { path }]) => !elsewhere.test(path));
  expect(Object.keys(effects).sort()).toEqual(own.map(([name]) => name).sort());
});

test("the connection string is never shown, wrong or right", () => {
  const { values } = resolveSettings(processorSettings, { env: { MONGO_URL: "mongodb://ca3:hunter2@db" } });
  expect(JSON.stringify(values)).not.toContain("hunter2");
  expect(values.mongoUrl?.reveal()).toBe("mongodb://ca3:hunter2@db");
});

test("brokers are host:port", () => {
  const { problems } = resolveSettings(processorSettings, { env: { KAFKA_BOOTSTRAP: "kafka" } });
  expect(problems).toEqual([
    '$KAFKA_BOOTSTRAP: expected host:port, several separated by commas, got "kafka"',
  ]);
  const { values } = resolveSettings(processorSettings, { env: { KAFKA_BOOTSTRAP: "a:9092, [::1]:9093" } });
  expect(values.kafkaBootstrap).toEqual(["a:9092", "[::1]:9093"]);
});
