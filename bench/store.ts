/**
 * Fills a store as a processor would and times it:
 *   bun bench/store.ts [events, 5000000] [folder, a new one under the system's temporary folder]
 * Prints insert and rollup rates against a bare prepared insert of the same rows, and the time of every API query while
 * the store keeps taking events.
 */
import { existsSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedStore } from "../src/store/embedded.ts";
import type { TelemetryStore } from "../src/store/port.ts";
import { planRollups } from "../src/telemetry/rollup-plan.ts";
import { bareInserter } from "./store/bare.ts";
import { apiCalls } from "./store/queries.ts";
import type { Batch } from "./store/workload.ts";
import { batches, ticks } from "./store/workload.ts";

const events = Number(process.argv[2] ?? 5_000_000);
const given = process.argv[3];
const folder = given ?? (await mkdtemp(join(tmpdir(), "ca3-bench-")));
const print = (line: string) => process.stdout.write(`${line}\n`);
const END_MS = Date.UTC(2026, 5, 1, 12, 34, 50);
const TICKS_PER_BATCH = 500;
const QUERY_RUNS = 40;

class Stopwatch {
  ms = 0;
  cpuUs = 0;
  async time<T>(fn: () => T | Promise<T>): Promise<T> {
    const cpu = process.cpuUsage();
    const start = performance.now();
    const result = await fn();
    this.ms += performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    this.cpuUs += user + system;
    return result;
  }
  line(name: string, count: number): string {
    const rate = Math.round((count / this.ms) * 1000).toLocaleString("en");
    return `${name.padEnd(28)} ${rate.padStart(10)} events/s   ${(this.cpuUs / count).toFixed(2)} CPU s per million`;
  }
}

const percentile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;

async function fill(store: TelemetryStore): Promise<void> {
  const bare = bareInserter(join(folder, "bare.db"));
  const [insert, rollups, plain] = [new Stopwatch(), new Stopwatch(), new Stopwatch()];
  const compared = Math.min(events, 1_000_000);
  let count = 0;
  let comparedCount = 0;
  let slowestMs = 0;
  for (const { origin, events: batch } of batches(ticks(events, END_MS), TICKS_PER_BATCH)) {
    if (comparedCount < compared) {
      await plain.time(() => bare.insert(batch));
      comparedCount += batch.length;
      if (comparedCount >= compared) bare.close();
    }
    const before = insert.ms;
    await insert.time(() => store.insertEvents(batch));
    slowestMs = Math.max(slowestMs, insert.ms - before);
    const deltas = planRollups(origin, batch);
    await rollups.time(() => store.applyRollups(deltas));
    await store.keepLatest(
      batch.slice(-2).map(({ kind, tsMs, event }) => ({ kind, subject: event.source_id, tsMs, event })),
    );
    if (Math.floor(count / 500_000) < Math.floor((count + batch.length) / 500_000))
      await store.expire(batch.at(-1)!.tsMs);
    count += batch.length;
  }
  print(`${count.toLocaleString("en")} events in batches of about ${TICKS_PER_BATCH} to 1,000`);
  print(plain.line("bare prepared insert", comparedCount));
  print(`${insert.line("insertEvents", count)}   slowest batch ${slowestMs.toFixed(0)} ms`);
  print(rollups.line("applyRollups", count));
}

async function query(store: TelemetryStore): Promise<void> {
  const all: number[] = [];
  print("\nquery                       rows   first ms    p50 ms    p95 ms");
  const live = liveBatches();
  for (const [name, ask] of Object.entries(apiCalls(END_MS))) {
    const times: number[] = [];
    let rows = 0;
    for (let run = 0; run < QUERY_RUNS; run += 1) {
      const { origin, events: batch } = live.next().value as Batch;
      await store.insertEvents(batch);
      await store.applyRollups(planRollups(origin, batch));
      const start = performance.now();
      rows = ((await ask(store)) as unknown[]).length;
      times.push(performance.now() - start);
    }
    all.push(...times);
    const first = times[0]!;
    times.sort((a, b) => a - b);
    const cells = [first, percentile(times, 0.5), percentile(times, 0.95)].map((ms) =>
      ms.toFixed(2).padStart(9),
    );
    print(`${name.padEnd(24)} ${String(rows).padStart(7)} ${cells.join(" ")}`);
  }
  all.sort((a, b) => a - b);
  print(`all queries: p95 ${percentile(all, 0.95).toFixed(1)} ms, slowest ${all.at(-1)!.toFixed(1)} ms`);
}

/** One tick at a time, of one partition after the other, right after what is stored. */
function* liveBatches(): Generator<Batch> {
  for (let round = 0; ; round += 1)
    for (const { origin, events: batch } of batches([END_MS + round], 1))
      yield {
        origin: `${origin}/live`,
        events: batch.map((one, at) => ({
          ...one,
          offset: round * 100 + at,
          event: { ...one.event, event_id: `live-${round}-${one.event.event_id}` },
        })),
      };
}

const path = join(folder, "store.db");
const isNew = !existsSync(path);
const store = openEmbeddedStore(path);
if (isNew) await fill(store);
await store.expire(END_MS);
await query(store);
const gaps = await expiryGaps(store);
print(
  `\nexpiring everything: ${gaps.gone.toLocaleString("en")} rows, longest stall ${gaps.longestMs.toFixed(0)} ms`,
);
await store.close();
print(`store.db has ${(Bun.file(path).size / 1e9).toFixed(2)} GB`);
if (given === undefined) rmSync(folder, { recursive: true });

/** How long the event loop is kept busy at most while 200,000 rows and more are deleted. */
async function expiryGaps(of: TelemetryStore): Promise<{ gone: number; longestMs: number }> {
  if (given !== undefined) return { gone: 0, longestMs: 0 };
  let longestMs = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    longestMs = Math.max(longestMs, performance.now() - last);
    last = performance.now();
  }, 1);
  let gone = 0;
  for (let more = 1; more > 0 && gone < 300_000; gone += more) {
    more = await of.expire(END_MS * 2);
    await new Promise(setImmediate);
  }
  clearInterval(timer);
  return { gone, longestMs };
}
