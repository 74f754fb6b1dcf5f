/**
 * What the adapter adds to bare kafkajs, and takes from it: keyed events into a topic of a real broker and out again,
 * idempotent, acknowledged by all, committed:
 *   bun bench/kafka.ts [records, 400000] [records per call, 1000] [partitions, 12] [rounds, 5]
 * Rounds alternate, because the machine is shared; medians count. Needs a broker, see tests/services/kafka.ts.
 */
import { join } from "node:path";
import { someKafka } from "../tests/services/kafka.ts";
import { median } from "./embedded/median.ts";
import { consumers, openLog, producers, READ_TOPIC, samples, sendAll, TOPIC } from "./kafka/variants.ts";

const [records = 400_000, perCall = 1_000, partitions = 12, rounds = 5] = process.argv.slice(2).map(Number);
const kafka = await someKafka();
type Result = { seconds: number; cpuSeconds: number; peakBytes: number };

async function runOne(kind: string, name: string): Promise<Result> {
  const load = JSON.stringify({ brokers: kafka.brokers, records, perCall });
  const words = [process.execPath, join(import.meta.dir, "kafka/run-one.ts"), kind, name, load];
  const child = Bun.spawn(words, { stdout: "pipe", stderr: "inherit" });
  const said = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error(`${kind} ${name} failed`);
  return JSON.parse(said) as Result;
}

const results = new Map<string, Result[]>();
const log = await openLog(kafka.brokers, "none");
await log.ensureTopics([TOPIC, READ_TOPIC].map((name) => ({ name, partitions })));
await sendAll((batch) => log.append(batch), samples(records, READ_TOPIC), perCall);
for (let round = 0; round < rounds; round++)
  for (const [kind, variants] of Object.entries({ produce: producers, consume: consumers }))
    for (const name of Object.keys(variants)) {
      const line = `${kind}: ${name}`;
      results.set(line, [...(results.get(line) ?? []), await runOne(kind, name)]);
    }

process.stdout.write(
  `${records} events, ${perCall} per call, ${partitions} partitions, medians of ${rounds}\n`,
);
for (const [line, runs] of results) {
  const of = (pick: (run: Result) => number) => median(runs.map(pick));
  const rate = Math.round(records / of((run) => run.seconds)).toLocaleString("en");
  const cpu = (of((run) => run.cpuSeconds) / records) * 1e6;
  const peak = Math.round(of((run) => run.peakBytes) / 1e6);
  process.stdout.write(
    `${line.padEnd(24)} ${rate.padStart(9)}/s ${cpu.toFixed(2).padStart(6)} CPU s/M ${peak} MB\n`,
  );
}
await log.close();
await kafka[Symbol.asyncDispose]();
