import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedStore } from "../../src/store/embedded.ts";
import { createMeters } from "../../src/support/meters.ts";
import { type Ca3Meters, metricCatalogue } from "../../src/telemetry/metric-catalogue.ts";
import { mistakes } from "./sim/mistakes.ts";
import { simulate, type Variant } from "./sim/run.ts";

const SEEDS = Number(process.env["CA3_FAULT_SEEDS"] ?? 20);
const folder = mkdtempSync(join(tmpdir(), "ca3-faults-"));
let meters: Ca3Meters;
let files = 0;
beforeAll(async () => {
  meters = await createMeters(metricCatalogue);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const onDisk = (seed: number, variant: Variant = {}) =>
  simulate(seed, meters, { ...variant, openStore: () => openEmbeddedStore(join(folder, `${files++}.db`)) });

test(
  `the embedded store comes out right after ${SEEDS} random histories`,
  async () => {
    for (let seed = 1; seed <= SEEDS; seed++)
      expect({ seed, problems: (await onDisk(seed)).problems }).toEqual({ seed, problems: [] });
  },
  10 * 60_000,
);

test.each(mistakes)("the suite notices on the embedded store when %s", async (_title, variant) => {
  for (let seed = 1; seed <= 30; seed++) if ((await onDisk(seed, variant)).problems.length > 0) return;
  throw new Error("30 histories went by unnoticed");
});
