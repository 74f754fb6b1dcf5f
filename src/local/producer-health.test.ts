import { expect, test } from "bun:test";
import { Ca3Error } from "../support/errors.ts";
import { createMeters } from "../support/meters.ts";
import { producerCatalogue } from "../telemetry/metric-catalogue.ts";
import { ProducerHealth } from "./producer-health.ts";

const away = () => Promise.reject(new Ca3Error("CA3_LOG_UNAVAILABLE", "broker 2 does not answer"));
const well = async () => {};
const failing = (health: ProducerHealth) =>
  health.status().checks.flatMap(({ name, ok, detail }) => (ok ? [] : [`${name}: ${detail}`]));

function started() {
  let nowMs = 0;
  const health = new ProducerHealth({ now: () => nowMs, sleep: async () => {} });
  return { health, pass: (ms: number) => (nowMs += ms) };
}

test("a producer that has reached nothing yet says what it waits for", () => {
  const { health } = started();
  expect(failing(health)).toEqual(["log: not reached yet", "sources: not opened yet"]);
});

test("with log and sources it is ready, until it stops", async () => {
  const { health } = started();
  health.sources = () => ({ synthetic: { ok: true, detail: "well" } });
  await health.asking(well);
  expect(health.status().ready).toBe(true);
  health.draining = true;
  expect(failing(health)).toEqual(["draining: stopping"]);
});

test("a broker that answers does not hide that another one takes nothing", async () => {
  const { health, pass } = started();
  health.sources = () => ({});
  await health.sending(away).catch(() => {});
  pass(7_000);
  await health.asking(well);
  expect(failing(health)).toEqual(["log: broker 2 does not answer, retrying for 7 s"]);
  await health.sending(well);
  expect(health.status().ready).toBe(true);
});

test("a log that cannot be asked is away though nothing is sent", async () => {
  const { health } = started();
  await health.asking(well);
  await health.asking(away).catch(() => {});
  expect(failing(health)).toContain("log: broker 2 does not answer, retrying for 0 s");
});

test("the gauges say the same", async () => {
  const { health } = started();
  const meters = await createMeters(producerCatalogue);
  await health.asking(well);
  health.show(meters);
  const text = await meters.registry.metrics();
  for (const line of [
    'dependency_up{dependency="log"} 1',
    'ready{check="log"} 1',
    'ready{check="sources"} 0',
  ])
    expect(text).toContain(line);
});
