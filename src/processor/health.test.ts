import { expect, test } from "bun:test";
import { steeredClock } from "../../tests/helpers/steered-clock.ts";
import { createMeters } from "../support/meters.ts";
import { metricCatalogue } from "../telemetry/metric-catalogue.ts";
import { Health } from "./health.ts";
import { OutageWatch } from "./outage.ts";

function healthy() {
  const clock = steeredClock();
  const outages = new OutageWatch();
  const health = new Health(outages, clock);
  health.checked("log");
  health.checked("store");
  health.consumer = { state: "running", partitions: 24 };
  return { clock, outages, health };
}

const detail = (health: Health, name: string) => health.status().checks.find((check) => check.name === name)!;

test("ready when log and store answer, the consumer runs, and nothing is wrong", () => {
  expect(healthy().health.status()).toEqual({
    ready: true,
    checks: [
      { name: "log", ok: true, detail: "answers" },
      { name: "store", ok: true, detail: "answers" },
      { name: "consumer", ok: true, detail: "owns 24 partitions" },
      { name: "poison", ok: true, detail: "records can be stored" },
      { name: "draining", ok: true, detail: "not stopping" },
    ],
  });
});

test("not ready before anything is known", () => {
  const clock = steeredClock();
  const health = new Health(new OutageWatch(), clock);
  expect(health.status().ready).toBe(false);
  expect(detail(health, "store")).toEqual({ name: "store", ok: false, detail: "not checked yet" });
});

test("an outage says why and since when, and goes away when it ends", async () => {
  const { clock, outages, health } = healthy();
  outages.failed("store", "disk full at /data/store.db", clock.now());
  await clock.advance(12_000);
  outages.failed("store", "disk full at /data/store.db", clock.now());
  expect(detail(health, "store")).toEqual({
    name: "store",
    ok: false,
    detail: "disk full at /data/store.db, retrying for 12 s",
  });
  expect(health.status().ready).toBe(false);
  outages.answered("store");
  expect(health.status().ready).toBe(true);
});

test.each<[string, Partial<Health>, string, string]>([
  ["poison", { poison: "too much poison" }, "poison", "too much poison"],
  ["a stop", { draining: true }, "draining", "stopping"],
  [
    "an ended consumer",
    { consumer: { state: "ended", reason: "TypeError: bug" } },
    "consumer",
    "TypeError: bug",
  ],
])("%s makes it not ready and says why", (_title, change, name, why) => {
  const { health } = healthy();
  Object.assign(health, change);
  expect(health.status().ready).toBe(false);
  expect(detail(health, name)).toEqual({ name, ok: false, detail: why });
});

test("a check that failed makes it not ready and says why", () => {
  const { health } = healthy();
  health.checked("log", "no broker answers");
  expect(health.status().ready).toBe(false);
  expect(detail(health, "log")).toEqual({ name: "log", ok: false, detail: "no broker answers" });
});

test("the gauges say the same", async () => {
  const { clock, outages, health } = healthy();
  const meters = await createMeters(metricCatalogue);
  outages.failed("store", "away", clock.now());
  await clock.advance(2_500);
  health.show(meters, 3);
  const lines = (await meters.registry.metrics()).split("\n");
  expect(lines).toContain('ready{check="store"} 0');
  expect(lines).toContain('ready{check="log"} 1');
  expect(lines).toContain('dependency_up{dependency="store"} 0');
  expect(lines).toContain('dependency_up{dependency="log"} 1');
  expect(lines).toContain('processor_outage_seconds{dependency="store"} 2.5');
  expect(lines).toContain('processor_paused_partitions{reason="store"} 3');
  expect(lines).toContain('processor_paused_partitions{reason="log"} 0');
});
