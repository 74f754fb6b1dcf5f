/**
 * Fills an embedded event log and reads it again, next to a bare prepared insert of the same rows in the same run:
 *   bun bench/eventlog.ts [records, 500000] [records per append, 2000] [partitions, 12]
 * Rounds alternate, because the machine is shared; the best round of each counts.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedLog } from "../src/eventlog/embedded.ts";
import type { OutRecord } from "../src/eventlog/port.ts";
import { openDatabase } from "../src/support/sqlite.ts";
import { encodeEvent, partitionKey } from "../src/telemetry/encode.ts";
import { eventId, streamPrefix } from "../src/telemetry/event-id.ts";
import { gpuEvent, HOUR_MS } from "../tests/samples/events.ts";

const [records = 500_000, perAppend = 2000, partitions = 12] = process.argv.slice(2).map(Number);
const ROUNDS = 3;
const IDLE_MS = 5000;
const TOPIC = "bench";
const folder = mkdtempSync(join(tmpdir(), "ca3-bench-eventlog-"));

const prefix = streamPrefix("bench", "boot", "gpu");
const samples: OutRecord[] = Array.from({ length: records }, (_, seq) => {
  const event = gpuEvent({
    event_id: eventId(prefix, seq),
    seq,
    ts: new Date(HOUR_MS + seq * 50).toISOString(),
    gpu_uuid: `GPU-7e3c1a90-0000-4000-8000-0000000000${(seq % 64).toString(16).padStart(2, "0")}`,
    utilization: Math.round(Math.random() * 1e4) / 1e4,
    mem_used_bytes: Math.floor(Math.random() * 8e10),
    power_w: Math.round(Math.random() * 7e5) / 1e3,
  });
  return { topic: TOPIC, key: partitionKey(event), value: encodeEvent(event) };
});
const batches = Array.from({ length: Math.ceil(records / perAppend) }, (_, i) =>
  samples.slice(i * perAppend, (i + 1) * perAppend),
);

type Result = { seconds: number; cpuSeconds: number; note: string };
const best = new Map<string, Result>();

async function timed(name: string, work: () => Promise<string> | string): Promise<void> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const note = await work();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const known = best.get(name);
  if (!known || seconds < known.seconds) best.set(name, { seconds, cpuSeconds: (user + system) / 1e6, note });
}

const fileSize = (path: string) => `${(statSync(path).size / 1e6).toFixed(0)} MB file`;
const residentMb = () => Math.round(process.memoryUsage.rss() / 1e6);

/** The least that any log has to do: keep the same bytes, keys and times, as durably, in the same number of commits. */
function bareInsert(path: string): string {
  const database = openDatabase(path, { pageBytes: 8192 });
  database.run("CREATE TABLE record (id INTEGER PRIMARY KEY, appended_ms INTEGER, key TEXT, value BLOB)");
  const insert = database.prepare("INSERT INTO record (appended_ms, key, value) VALUES (?, ?, ?)");
  const all = database.transaction((batch: readonly OutRecord[]) => {
    const now = Date.now();
    for (const { key, value } of batch) insert.run(now, key, value);
  });
  for (const batch of batches) all.immediate(batch);
  insert.finalize();
  database.close();
  return fileSize(path);
}

async function append(path: string): Promise<string> {
  const log = openEmbeddedLog(path);
  await log.ensureTopics([{ name: TOPIC, partitions }]);
  for (const batch of batches) await log.append(batch);
  await log.close();
  return fileSize(path);
}

async function consume(path: string): Promise<string> {
  const before = residentMb();
  let peak = before;
  let seen = 0;
  let calls = 0;
  const { promise: all, resolve } = Promise.withResolvers<void>();
  const log = openEmbeddedLog(path);
  const consumer = await log.consume({
    group: "bench",
    topics: [TOPIC],
    maxBatchBytes: 4 * 1024 * 1024,
    maxBatchRecords: 5000,
    onBatch: async (batch) => {
      seen += batch.records.length;
      calls += 1;
      peak = Math.max(peak, residentMb());
      if (seen === records) resolve();
    },
  });
  await all;
  await consumer.stop();
  await log.close();
  return `${calls} batches, resident memory grew by ${peak - before} MB`;
}

/** Share of one core that a consumer with nothing to read takes. */
async function idleShare(path: string): Promise<number> {
  const log = openEmbeddedLog(path);
  const limits = { maxBatchBytes: 1024 * 1024, maxBatchRecords: 1000 };
  await log.consume({ group: "bench", topics: [TOPIC], ...limits, onBatch: async () => {} });
  await Bun.sleep(1000);
  const cpu = process.cpuUsage();
  await Bun.sleep(IDLE_MS);
  const { user, system } = process.cpuUsage(cpu);
  await log.close();
  return (user + system) / 1000 / IDLE_MS;
}

for (let round = 0; round < ROUNDS; round += 1) {
  const path = (name: string) => join(folder, `${name}-${round}.db`);
  await timed("bare insert", () => bareInsert(path("bare")));
  await timed("append", () => append(path("log")));
  await timed("consume", () => consume(path("log")));
}
const idle = await idleShare(join(folder, "log-0.db"));
rmSync(folder, { recursive: true, force: true });

const bytes = Math.round(samples.reduce((sum, { value }) => sum + value.length, 0) / records);
process.stdout.write(
  `${records} records of ${bytes} bytes, ${perAppend} per append, ${partitions} partitions\n`,
);
const bare = best.get("bare insert")!.seconds;
for (const [name, { seconds, cpuSeconds, note }] of best) {
  const rate = Math.round(records / seconds).toLocaleString("en");
  const cpu = ((cpuSeconds / records) * 1e6).toFixed(2);
  const share = `${(bare / seconds).toFixed(2)} × bare`;
  process.stdout.write(
    `${name.padEnd(12)} ${rate.padStart(10)}/s  ${share.padStart(12)}  ${cpu} CPU s per million  ${note}\n`,
  );
}
process.stdout.write(`idle consumer ${(idle * 100).toFixed(2)} % of a core\n`);
