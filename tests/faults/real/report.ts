import type { Outcome, WorldResult } from "./run-world.ts";

/** What was run, for the head of the report. */
export type Facts = {
  readonly seed: number;
  readonly brokers: number;
  readonly program: string;
  readonly seconds: number;
  readonly day: string;
  readonly machine: string;
};

export type Tally = { readonly struck: number; readonly recovered: number; readonly longestMs: number };

export function tally(outcomes: readonly Outcome[]): Tally {
  const struck = outcomes.filter((one) => one.struck);
  const recovered = struck.flatMap(({ recoveredMs }) => recoveredMs ?? []);
  return { struck: struck.length, recovered: recovered.length, longestMs: Math.max(0, ...recovered) };
}

/** Everything that went wrong, each in one sentence that names its world. */
export const complaints = (results: readonly WorldResult[]): readonly string[] =>
  results.flatMap(({ seed, problems, surprises, outcomes }) => [
    ...problems.map((problem) => `world ${seed}: ${problem}`),
    ...surprises.map(({ name, end }) => `world ${seed}: ${name} ended by itself (${end})`),
    ...outcomes
      .filter(({ struck, recoveredMs }) => struck && recoveredMs === undefined)
      .map(({ kind, place = "anywhere" }) => `world ${seed}: no recovery from: ${kind} (${place})`),
  ]);

/** The report as Markdown. */
export function report(results: readonly WorldResult[], facts: Facts): string {
  const outcomes = results.flatMap((one) => one.outcomes);
  const all = tally(outcomes);
  const sum = (value: (one: WorldResult) => number) =>
    results.reduce((total, one) => total + value(one), 0).toLocaleString("en");
  const wrong = complaints(results);
  const missed = outcomes.length - all.struck;
  return `# What faults do to the pipeline

${all.struck.toLocaleString("en")} faults in ${results.length} worlds: **${wrong.length === 0 ? "nothing lost, nothing twice, every sum right" : `${wrong.length} problems`}**.

| | |
|---|---|
| Run | ${facts.day}, ${facts.machine}, ${Math.round(facts.seconds / 60)} minutes |
| Command | \`npm run faults -- --count ${outcomes.length} --seed ${facts.seed}${facts.brokers > 1 ? ` --brokers ${facts.brokers}` : ""}\` |
| Program | ${facts.program} |
| Servers | Kafka 4.3.1, ${facts.brokers === 1 ? "one broker" : `${facts.brokers} brokers`}; a server of the MongoDB protocol over WiredTiger that syncs on commit |
| Processes started | ${sum((one) => one.starts)} |
| Records in the log | ${sum((one) => one.records)}, second sendings included |
| Events stored | ${sum((one) => one.events)} |
| Dead letters | ${sum((one) => one.deadLetters)} |
| Without an occasion | ${missed}: nobody came to the place where the fault was to strike |

Recovery is the time from the end of a fault until everything that the log held then was stored and committed. Faults
overlap, so it includes what others did meanwhile.

## By fault

${table(outcomes, ({ kind }) => kind, "Fault")}

## By the step of the work that it struck

${table(
  outcomes.filter(({ place }) => place !== undefined),
  ({ place }) => place!,
  "Step",
)}
${wrong.length === 0 ? "" : `\n## Problems\n\n${wrong.map((one) => `- ${one}\n`).join("")}`}`;
}

function table(outcomes: readonly Outcome[], by: (one: Outcome) => string, title: string): string {
  const groups = [...Map.groupBy(outcomes, by)].sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = groups.map(([name, own]) => {
    const { struck, recovered, longestMs } = tally(own);
    const verdict =
      struck === 0 ? "no occasion" : recovered === struck ? "recovered" : `**${struck - recovered} not**`;
    return `| ${name} | ${struck} | ${recovered} | ${(longestMs / 1000).toFixed(1)} s | ${verdict} |`;
  });
  return [`| ${title} | Struck | Recovered | Longest | Verdict |`, "|---|--:|--:|--:|---|", ...rows].join(
    "\n",
  );
}
