/** A processor on Kafka and MongoDB whose ports may be wrong on purpose: `CA3_FAULT_MISTAKE` names how. */
import { openKafkaLog } from "../../../../src/eventlog/kafka.ts";
import { processorSettings } from "../../../../src/processor/config.ts";
import { topicsOf } from "../../../../src/processor/rules.ts";
import { createProcessor } from "../../../../src/processor/service.ts";
import { openMongoStore } from "../../../../src/store/mongo.ts";
import { systemClock } from "../../../../src/support/clock.ts";
import { jsonLogger } from "../../../../src/support/log.ts";
import { createMeters } from "../../../../src/support/meters.ts";
import { readSettings } from "../../../../src/support/settings.ts";
import { metricCatalogue } from "../../../../src/telemetry/metric-catalogue.ts";
import { mistaken } from "./mistaken.ts";
import { traced } from "./traced.ts";

const settings = readSettings(processorSettings, { env: process.env });
const debug = process.env["CA3_FAULT_DEBUG"] !== undefined;
/** Without what the library below says of every request. */
const print = (line: string) => line.includes('"broker":') || process.stderr.write(`${line}\n`);
const logger = jsonLogger(print, { level: debug ? "debug" : "info" });
const meters = await createMeters(metricCatalogue);
const ports = await mistaken(process.env["CA3_FAULT_MISTAKE"], {
  log: await openKafkaLog({ settings, logger }),
  store: await openMongoStore(settings.mongoUrl!, { settings, retentionMs: settings.retentionMs }),
});
const processor = createProcessor({
  log: debug ? traced("log", ports.log, logger) : ports.log,
  store: debug ? traced("store", ports.store, logger) : ports.store,
  topics: topicsOf(settings),
  settings,
  meters,
  logger,
  clock: systemClock,
});
logger.info("Processor is starting.");
process.on("SIGTERM", async () => {
  await processor.stop();
  await ports.log.close();
  await ports.store.close();
  process.exit(0);
});
await processor.start();
await processor.done;
