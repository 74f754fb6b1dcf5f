/**
 * What the processor adds to the work of its store, and how fast it is on the embedded log and store:
 *   bun bench/processor.ts [events, 400000] [rounds, 5]
 * Own cost is CPU time per event with a store that does nothing, less decoding and rollups alone. The second part
 * moves the same events from an embedded log into an embedded store, next to a bare prepared insert of the same rows
 * in the same run. Medians; rounds alternate because the machine is shared.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endToEnd } from "./processor/end-to-end.ts";
import { nothingStored, ownCost } from "./processor/own-cost.ts";
import { batchesOf, workload } from "./processor/workload.ts";
import { bareInserter } from "./store/bare.ts";

const [events = 400_000, rounds = 5] = process.argv.slice(2).map(Number);
const print = (line: string) => process.stdout.write(`${line}\n`);
const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const folder = mkdtempSync(join(tmpdir(), "ca3-bench-processor-"));

try {
  const records = workload(events);
  const batches = batchesOf(records, 1_000);
  const cost = { floor: [] as number[], whole: [] as number[] };
  await ownCost.floor(batches);
  await ownCost.whole(batches, nothingStored);
  for (let round = 0; round < rounds; round++) {
    cost.floor.push(await ownCost.floor(batches));
    cost.whole.push(await ownCost.whole(batches, nothingStored));
  }
  const [floor, whole] = [median(cost.floor), median(cost.whole)];
  print(`decode and rollups alone   ${(floor / 1000).toFixed(2)} µs CPU per event`);
  print(
    `processor, store does nothing ${(whole / 1000).toFixed(2)} µs, so it adds ${((whole - floor) / 1000).toFixed(2)} µs`,
  );

  const bare: number[] = [];
  const full: { perSecond: number; cpuPerMillion: number; rssMb: number }[] = [];
  for (let round = 0; round < Math.min(rounds, 3); round++) {
    const insert = bareInserter(join(folder, `bare-${round}.db`));
    const started = performance.now();
    for (const batch of batches) insert.insert(batch.stored);
    bare.push(events / ((performance.now() - started) / 1000));
    insert.close();
    full.push(await endToEnd(join(folder, `round-${round}`), records));
  }
  const plain = median(bare);
  const rate = median(full.map(({ perSecond }) => perSecond));
  print(`bare prepared insert       ${Math.round(plain).toLocaleString("en")} events/s`);
  print(
    `log to store               ${Math.round(rate).toLocaleString("en")} events/s, ${((rate / plain) * 100).toFixed(0)} % of it; ` +
      `${median(full.map(({ cpuPerMillion }) => cpuPerMillion)).toFixed(1)} CPU s per million; peak RSS ${Math.max(...full.map(({ rssMb }) => rssMb))} MB`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
