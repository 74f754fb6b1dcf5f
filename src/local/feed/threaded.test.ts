import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../../tests/helpers/temporary-folder.ts";
import { openEmbeddedLog } from "../../eventlog/embedded.ts";
import { producerSettings } from "../../producer/config.ts";
import { systemClock } from "../../support/clock.ts";
import { silentLogger } from "../../support/log.ts";
import { createMeters } from "../../support/meters.ts";
import { readSettings } from "../../support/settings.ts";
import { metricCatalogue } from "../../telemetry/metric-catalogue.ts";
import { defaultTopics } from "../../telemetry/topics.ts";
import { openFeed } from "./open.ts";
import { openThreadedFeed } from "./threaded.ts";

const LOOPS = 20;
/** Requests of the sample trace, and the readings of the GPUs that are modelled for it. */
const EVENTS_PER_LOOP = 20_068;
const settings = readSettings(producerSettings, {});

const settingsOf = (file: string, loop = 1) => ({
  ...settings,
  replayFiles: [file],
  speed: "max" as const,
  loop,
});
const context = (file: string, loop?: number) => ({
  settings: settingsOf(file, loop),
  startMs: Date.now(),
  clock: systemClock,
  hostname: "here",
});

async function partsIn(folder: string) {
  const logPath = join(folder, "log.db");
  const checkpointsPath = join(folder, "checkpoints");
  mkdirSync(checkpointsPath, { recursive: true });
  const log = openEmbeddedLog(logPath);
  await log.ensureTopics(Object.values(defaultTopics).map((name) => ({ name, partitions: 2 })));
  const meters = await createMeters(metricCatalogue);
  const append = (records: Parameters<typeof log.append>[0]) => log.append(records);
  const parts = { logPath, checkpointsPath, topics: defaultTopics, settings, meters, append };
  return { log, meters, parts: { ...parts, clock: systemClock, logger: silentLogger } };
}
const records = async (log: ReturnType<typeof openEmbeddedLog>) =>
  (await log.topics()).reduce((sum, topic) => sum + topic.records, 0);

test("a replay in a thread fills the log, is described and counted as it would be here", async () => {
  using folder = temporaryFolder("thread");
  const feed = await openThreadedFeed(context("sample"));
  const here = await openFeed({ ...context("sample"), settings: { ...settingsOf("sample"), speed: 60 } });
  expect(feed.sources.map((one) => one.notes)).toEqual(here.sources.map((one) => one.notes));
  const { log, meters, parts } = await partsIn(folder.path);
  const producer = feed.connect(parts);
  const summary = await producer.run(new AbortController().signal);
  expect(summary.events).toBeGreaterThan(19_366);
  expect(await records(log)).toBe(summary.events);
  expect(Object.values(producer.health()).every(({ ok }) => ok)).toBe(true);
  const sent = [...(await meters.registry.metrics()).matchAll(/^producer_records_sent_total\{.* (\d+)$/gm)];
  expect(sent.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(summary.events);
  feed.close();
  await log.close();
});

test("stopped in the middle, it resolves, and the next one goes on from its checkpoint", async () => {
  using folder = temporaryFolder("thread-stop");
  const { log, parts } = await partsIn(folder.path);
  const startMs = Date.now();
  let sent = 0;
  for (let run = 0; ; run++) {
    const feed = await openThreadedFeed({ ...context("sample", LOOPS), startMs });
    const stop = new AbortController();
    const running = feed.connect(parts).run(stop.signal);
    const before = await records(log);
    while (run === 0 && (await records(log)) === before) await Bun.sleep(5);
    if (run === 0) stop.abort();
    const { events } = await running;
    feed.close();
    sent += events;
    if (run === 1) break;
    expect(events).toBeLessThan(LOOPS * EVENTS_PER_LOOP);
  }
  expect(await records(log)).toBe(sent);
  // What was in the log and not yet covered by a checkpoint is sent again, under the same ids.
  expect(sent).toBeGreaterThanOrEqual(LOOPS * EVENTS_PER_LOOP);
  expect(sent).toBeLessThan(LOOPS * EVENTS_PER_LOOP + 2 * settings.maxBatchRecords);
  await log.close();
}, 120_000);

test("a file that cannot be read is the same error as it would be here", async () => {
  using folder = temporaryFolder("thread-bad");
  const file = folder.file("trace.csv");
  writeFileSync(file, "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6805900,374,x\n");
  const error = await openThreadedFeed(context(file)).catch((thrown) => thrown);
  const here = await openFeed({ ...context(file), settings: { ...settingsOf(file), speed: 60 } }).catch(
    (thrown) => thrown,
  );
  expect(error).toMatchObject({ code: here.code, message: here.message, hint: here.hint });
  expect(error.code).toBe("CA3_INPUT");
});

test("an interrupt while the files are read through ends it", async () => {
  const interrupted = new AbortController();
  const opening = openThreadedFeed({ ...context("sample"), signal: interrupted.signal });
  interrupted.abort();
  const outcome = await opening.then(
    (feed) => feed.close(),
    (error) => error.code,
  );
  expect([undefined, "CA3_INTERRUPTED"]).toContain(outcome);
});

test("a log that is not there fails the run with its reason", async () => {
  using folder = temporaryFolder("thread-log");
  const { log, parts } = await partsIn(folder.path);
  const feed = await openThreadedFeed(context("sample"));
  const running = feed
    .connect({ ...parts, logPath: folder.file("missing/log.db") })
    .run(new AbortController().signal);
  expect(await running.catch((thrown) => thrown)).toMatchObject({ code: "CA3_FILE" });
  await log.close();
});
