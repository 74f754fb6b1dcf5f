/**
 * Times the processor alone, in a process of its own so that its memory can be seen: from a filled embedded log until
 * everything in it is stored and committed. `bun end-to-end.ts FOLDER` prints one line of JSON.
 */
import { join } from "node:path";
import { openEmbeddedLog } from "../../src/eventlog/embedded.ts";
import { processorSettings } from "../../src/processor/config.ts";
import { createProcessor } from "../../src/processor/service.ts";
import { openEmbeddedStore } from "../../src/store/embedded.ts";
import { systemClock } from "../../src/support/clock.ts";
import { silentLogger } from "../../src/support/log.ts";
import { createMeters } from "../../src/support/meters.ts";
import { readSettings } from "../../src/support/settings.ts";
import { metricCatalogue } from "../../src/telemetry/metric-catalogue.ts";
import { defaultTopics } from "../../src/telemetry/topics.ts";

const folder = process.argv[2]!;
const settings = readSettings(processorSettings, { env: process.env });
const log = openEmbeddedLog(join(folder, "log.db"));
const store = openEmbeddedStore(join(folder, "store.db"));
const meters = await createMeters(metricCatalogue);
const parts = {
  log,
  store,
  topics: defaultTopics,
  settings,
  meters,
  logger: silentLogger,
  clock: systemClock,
};
const processor = createProcessor(parts);
let rssBytes = 0;
const watch = setInterval(() => {
  rssBytes = Math.max(rssBytes, process.memoryUsage.rss());
}, 20);
const cpu = process.cpuUsage();
const started = performance.now();
await processor.start();
const behind = async () =>
  (await log.lag(settings.group, Object.values(defaultTopics))).some(({ lag }) => lag > 0);
while (await behind()) await systemClock.sleep(20);
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(cpu);
clearInterval(watch);
const { stored } = processor.counts();
await processor.stop();
await store.close();
await log.close();
const answer = { stored, seconds, cpuSeconds: (user + system) / 1e6, rssMb: Math.round(rssBytes / 1e6) };
process.stdout.write(`${JSON.stringify(answer)}\n`);
