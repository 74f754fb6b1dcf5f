/**
 * What the processor adds to the work of its store, and how fast it is on the embedded log and store:
 *   bun bench/processor.ts [events, 400000] [rounds, 3]
 * Own cost is CPU time per event with a store that does nothing, less decoding and rollups alone. The second part moves
 * the same events from an embedded log into an embedded store, next to a bare prepared insert of the same rows in the
 * same run. Medians; rounds alternate because the machine is shared.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedLog } from "../src/eventlog/embedded.ts";
import type { OutRecord } from "../src/eventlog/port.ts";
import { topicSpecs } from "../src/processor/rules.ts";
import { defaultTopics } from "../src/telemetry/topics.ts";
import { nothingStored, ownCost } from "./processor/own-cost.ts";
import { batchesOf, settings, workload } from "./processor/workload.ts";
import { bareInserter } from "./store/bare.ts";

type Run = {
  readonly stored: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly rssMb: number;
};

const [events = 400_000, rounds = 3] = process.argv.slice(2).map(Number);
const print = (line: string) => process.stdout.write(`${line}\n`);
const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const folder = mkdtempSync(join(tmpdir(), "ca3-bench-processor-"));

async function endToEnd(name: string, records: readonly OutRecord[]): Promise<Run> {
  const path = join(folder, name);
  mkdirSync(path);
  const log = openEmbeddedLog(join(path, "log.db"));
  await log.ensureTopics(topicSpecs(defaultTopics, settings));
  for (let at = 0; at < records.length; at += 2_000) await log.append(records.slice(at, at + 2_000));
  await log.close();
  const program = join(import.meta.dir, "processor/end-to-end.ts");
  const child = Bun.spawn([process.execPath, program, path], { stdout: "pipe", stderr: "inherit" });
  const run: Run = JSON.parse(await new Response(child.stdout).text());
  if (run.stored !== records.length) throw new Error(`${run.stored} of ${records.length} events were stored`);
  rmSync(path, { recursive: true });
  return run;
}

try {
  const records = workload(events);
  const batches = batchesOf(records, 1_000);
  const floor: number[] = [];
  const whole: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const [alone, all] = [await ownCost.floor(batches), await ownCost.whole(batches, nothingStored)];
    if (round === 0) continue; // the first round is slower: the engine has not compiled yet
    floor.push(alone);
    whole.push(all);
  }
  const micros = (nanos: number) => (nanos / 1000).toFixed(2);
  print(`decoding and rollups alone  ${micros(median(floor))} µs CPU per event`);
  print(
    `the whole processor         ${micros(median(whole))} µs, so it adds ${micros(median(whole) - median(floor))} µs`,
  );

  const bare: number[] = [];
  const runs: Run[] = [];
  for (let round = 0; round < rounds; round++) {
    const path = join(folder, `bare-${round}.db`);
    const insert = bareInserter(path);
    const started = performance.now();
    for (const batch of batches) insert.insert(batch.stored);
    bare.push(events / ((performance.now() - started) / 1000));
    insert.close();
    rmSync(path);
    runs.push(await endToEnd(`round-${round}`, records));
  }
  const rate = median(runs.map(({ seconds }) => events / seconds));
  const cpu = median(runs.map(({ cpuSeconds }) => (cpuSeconds / events) * 1e6));
  print(`bare prepared insert        ${Math.round(median(bare)).toLocaleString("en")} events/s`);
  print(
    `log to store                ${Math.round(rate).toLocaleString("en")} events/s, ` +
      `${((rate / median(bare)) * 100).toFixed(0)} % of it, ${cpu.toFixed(1)} CPU s per million, ` +
      `peak RSS ${Math.max(...runs.map(({ rssMb }) => rssMb))} MB`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
