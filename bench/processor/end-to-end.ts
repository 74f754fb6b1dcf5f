import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openEmbeddedLog } from "../../src/eventlog/embedded.ts";
import type { OutRecord } from "../../src/eventlog/port.ts";
import { topicSpecs } from "../../src/processor/rules.ts";
import { createProcessor } from "../../src/processor/service.ts";
import { openEmbeddedStore } from "../../src/store/embedded.ts";
import { systemClock } from "../../src/support/clock.ts";
import { silentLogger } from "../../src/support/log.ts";
import { createMeters } from "../../src/support/meters.ts";
import { metricCatalogue } from "../../src/telemetry/metric-catalogue.ts";
import { defaultTopics } from "../../src/telemetry/topics.ts";
import { settings } from "./workload.ts";

/** Fills an embedded log, then times the processor alone until everything in it is stored and committed. */
export async function endToEnd(folder: string, records: readonly OutRecord[]) {
  mkdirSync(folder);
  const log = openEmbeddedLog(join(folder, "log.db"));
  const store = openEmbeddedStore(join(folder, "store.db"));
  await log.ensureTopics(topicSpecs(defaultTopics, settings));
  for (let at = 0; at < records.length; at += 2_000) await log.append(records.slice(at, at + 2_000));

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
  let rssMb = 0;
  const watch = setInterval(() => {
    rssMb = Math.max(rssMb, Math.round(process.memoryUsage.rss() / 1e6));
  }, 50);
  const cpu = process.cpuUsage();
  const started = performance.now();
  await processor.start();
  const behind = async () =>
    (await log.lag(settings.group, Object.values(defaultTopics))).reduce((sum, { lag }) => sum + lag, 0);
  while ((await behind()) > 0) await systemClock.sleep(20);
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(watch);
  const { stored } = processor.counts();
  if (stored !== records.length) throw new Error(`${stored} of ${records.length} events were stored`);
  await processor.stop();
  await store.close();
  await log.close();
  const millions = records.length / 1e6;
  return { perSecond: records.length / seconds, cpuPerMillion: (user + system) / 1e6 / millions, rssMb };
}
