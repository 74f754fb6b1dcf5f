import { beforeAll, expect, test } from "bun:test";
import { createMeters } from "../../src/support/meters.ts";
import { type Ca3Meters, metricCatalogue } from "../../src/telemetry/metric-catalogue.ts";
import { mistakes } from "./sim/mistakes.ts";
import { simulate } from "./sim/run.ts";

const SEEDS = Number(process.env["CA3_FAULT_SEEDS"] ?? 150);
let meters: Ca3Meters;
beforeAll(async () => {
  meters = await createMeters(metricCatalogue);
});

test(
  `${SEEDS} random histories of crashes, outages, lost answers and zombies all end right`,
  async () => {
    let faults = 0;
    let hosts = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const outcome = await simulate(seed, meters);
      expect({ seed, problems: outcome.problems }).toEqual({ seed, problems: [] });
      faults += outcome.faults;
      hosts += outcome.hosts;
    }
    expect(faults).toBeGreaterThan(SEEDS * 20);
    expect(hosts).toBeGreaterThan(SEEDS * 3);
  },
  10 * 60_000,
);

test.each(mistakes)("the suite notices when %s", async (_title, variant) => {
  for (let seed = 1; seed <= 60; seed++)
    if ((await simulate(seed, meters, variant)).problems.length > 0) return;
  throw new Error("60 histories went by unnoticed");
});
