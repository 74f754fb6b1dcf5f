/** A processor on the embedded log and store of a folder, for a test that kills it: `bun killed-child.ts FOLDER`. */
import { join } from "node:path";
import { openEmbeddedLog } from "../../src/eventlog/embedded.ts";
import { processorSettings } from "../../src/processor/config.ts";
import { topicsOf } from "../../src/processor/rules.ts";
import { createProcessor } from "../../src/processor/service.ts";
import { openEmbeddedStore } from "../../src/store/embedded.ts";
import { systemClock } from "../../src/support/clock.ts";
import { jsonLogger } from "../../src/support/log.ts";
import { createMeters } from "../../src/support/meters.ts";
import { readSettings } from "../../src/support/settings.ts";
import { metricCatalogue } from "../../src/telemetry/metric-catalogue.ts";

const folder = process.argv[2]!;
const settings = readSettings(processorSettings, { env: process.env });
const topics = topicsOf(settings);
const log = openEmbeddedLog(join(folder, "log.db"));
const store = openEmbeddedStore(join(folder, "store.db"));
const processor = createProcessor({
  log,
  store,
  topics,
  settings,
  meters: await createMeters(metricCatalogue),
  logger: jsonLogger((line) => process.stderr.write(`${line}\n`)),
  clock: systemClock,
});
await processor.start();
process.stdout.write("started\n");
const behind = async () => (await log.lag(settings.group, Object.values(topics))).some(({ lag }) => lag > 0);
while (await behind()) await systemClock.sleep(5);
await processor.stop();
await store.close();
await log.close();
process.stdout.write("done\n");
