/**
 * Lets faults strike real processes on real servers, and says what became of every event:
 *
 *   npm run faults -- [--count 300] [--seed N] [--brokers 1|3] [--program dist/ca3] [--report docs/fault-report.md] [--runs docs/fault-runs]
 *
 * The report covers this run, or with `--runs` all runs kept in that folder, to which this one is added. The seed is
 * printed; the same seed gives the same faults in the same order. Exits with 1 if anything is wrong. The first Ctrl-C
 * stops further faults and judges what has happened so far. See docs/faults.md.
 */
import { cpus } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { campaign } from "./campaign.ts";
import { report } from "./report.ts";
import { keepRun, keptRuns } from "./run-folder.ts";
import { complaints, recordOf, tally } from "./run-record.ts";
import type { WorldResult } from "./run-world.ts";
import { startStage } from "./world/stage.ts";

const text = { type: "string" } as const;
const { values } = parseArgs({
  options: {
    ...{ count: text, seed: text, brokers: text, program: text, report: text, keep: text, runs: text },
    "per-world": text,
    verbose: { type: "boolean", default: false },
  },
});
const number = (value: string | undefined, otherwise: number): number => {
  const parsed = value === undefined ? otherwise : Number(value);
  if (Number.isInteger(parsed) && parsed >= 0) return parsed;
  process.stderr.write(`error: ${value} is not a whole number\n`);
  process.exit(2);
};
const count = number(values.count, 300);
const seed = number(values.seed, Math.floor(Math.random() * 2 ** 31));
const brokers = number(values.brokers, 1);
const perWorld = number(values["per-world"], 75);
const startMs = Date.now();
const say = (line: string) =>
  process.stderr.write(`${((Date.now() - startMs) / 1000).toFixed(1).padStart(7)} s  ${line}\n`);

const enough = new AbortController();
process.on("SIGINT", () => {
  if (enough.signal.aborted) process.exit(130);
  say("no further faults; press again to end at once");
  enough.abort();
});

say(`seed ${seed}, ${count} faults`);
const results: WorldResult[] = [];
{
  await using stage = await startStage(brokers);
  say("the servers are there");
  const options = {
    ...{ seed, count, perWorld, enough: enough.signal, keepLogs: values.keep },
    program: { executable: values.program && resolve(values.program) },
    ...(values.verbose ? { say } : {}),
  };
  for await (const result of campaign(stage, options)) {
    results.push(result);
    const { struck, recovered, longestMs } = tally(result.outcomes);
    const wrong = complaints([result]);
    say(
      `world ${result.seed}: ${struck} faults struck, ${recovered} recovered, the longest in ${(longestMs / 1000).toFixed(1)} s; ` +
        `${result.events} events, ${result.deadLetters} dead letters: ${wrong.length === 0 ? "all is right" : `${wrong.length} PROBLEMS`}`,
    );
    for (const one of wrong.slice(0, 20)) say(`  ${one}`);
    for (const { name, said } of result.surprises.slice(0, 3)) say(`  ${name} said: ${said}`);
    await writeReport();
  }
}
const wrong = complaints(results);
process.stdout.write(
  `${tally(results.flatMap(({ outcomes }) => outcomes)).struck} faults, ${wrong.length} problems, seed ${seed}\n`,
);
process.exit(wrong.length === 0 ? 0 : 1);

/** After each world, so that a long run that is cut off has said what it found. */
async function writeReport(): Promise<void> {
  const day = new Date(startMs).toISOString().slice(0, 10);
  const run = recordOf(results, {
    ...{ seed, brokers, program: values.program, day },
    seconds: Math.round((Date.now() - startMs) / 1000),
    machine: `${cpus().length} cores`,
  });
  if (values.runs !== undefined) keepRun(values.runs, run);
  if (values.report !== undefined)
    await Bun.write(values.report, report(values.runs ? keptRuns(values.runs) : [run]));
}
