import type { RunRecord, Tally } from "./run-record.ts";

/** The report on all these runs as Markdown. */
export function report(runs: readonly RunRecord[]): string {
  const sum = (value: (one: RunRecord) => number) => runs.reduce((total, one) => total + value(one), 0);
  const said = (value: (one: RunRecord) => number) => sum(value).toLocaleString("en");
  const kinds = merged(runs.map((one) => one.kinds));
  const wrong = runs.flatMap((one) => one.complaints);
  const struck = sum((one) => totalOf(one).struck);
  const brokers = new Set(
    runs.map(({ facts }) => (facts.brokers === 1 ? "one broker" : `${facts.brokers} brokers`)),
  );
  return `# What faults do to the pipeline

${counted(struck, "fault")} in ${counted(
    sum((one) => one.worlds),
    "world",
  )}: **${wrong.length === 0 ? "nothing lost, nothing twice, every sum right" : counted(wrong.length, "problem")}**.
A world is a set of topics, a database and the processes that work on them; it takes up to 75 faults and is then judged.

| | |
|---|---|
| Servers | Kafka 4.3.1, ${[...brokers].join(" or ")}; a server that speaks the MongoDB protocol, over WiredTiger, syncing on commit |
| Processes started | ${said((one) => one.starts)} |
| Records in the log | ${said((one) => one.records)}, including events sent twice |
| Events stored | ${said((one) => one.events)} |
| Dead letters | ${said((one) => one.deadLetters)} |
| Without an occasion | ${said((one) => totalOf(one).missed)}: no process reached the step at which the fault was to strike |

Recovery is the time from the end of a fault until everything that the log held at that moment was stored and committed.
Faults overlap, so it includes the effect of others.

## Runs

| Day | Command: \`npm run faults --\` | Machine | Minutes | Struck | Problems |
|---|---|---|--:|--:|--:|
${runs.map(row).join("\n")}

## By fault

${table(kinds, "Fault")}

## By the step of the work that it struck

${table(merged(runs.map((one) => one.steps)), "Step")}
${wrong.length === 0 ? "" : `\n## Problems\n\n${wrong.map((one) => `- ${one}\n`).join("")}`}`;
}

function row(run: RunRecord): string {
  const { facts, complaints } = run;
  const { struck, missed } = totalOf(run);
  const words = [
    `--count ${struck + missed} --seed ${facts.seed}`,
    ...(facts.brokers > 1 ? [`--brokers ${facts.brokers}`] : []),
    ...(facts.program === undefined ? [] : [`--program ${facts.program}`]),
  ];
  const cells = [Math.round(facts.seconds / 60), struck.toLocaleString("en"), complaints.length];
  return `| ${facts.day} | \`${words.join(" ")}\` | ${facts.machine} | ${cells.join(" | ")} |`;
}

const totalOf = ({ kinds }: RunRecord): Tally => Object.values(kinds).reduce(plus, NONE);

const counted = (count: number, one: string): string =>
  `${count.toLocaleString("en")} ${one}${count === 1 ? "" : "s"}`;

const NONE: Tally = { struck: 0, recovered: 0, missed: 0, longestMs: 0 };

const plus = (a: Tally, b: Tally): Tally => ({
  struck: a.struck + b.struck,
  recovered: a.recovered + b.recovered,
  missed: a.missed + b.missed,
  longestMs: Math.max(a.longestMs, b.longestMs),
});

function merged(tables: readonly Readonly<Record<string, Tally>>[]): ReadonlyMap<string, Tally> {
  const sums = new Map<string, Tally>();
  for (const [name, tally] of tables.flatMap((one) => Object.entries(one)))
    sums.set(name, plus(sums.get(name) ?? NONE, tally));
  return sums;
}

function table(groups: ReadonlyMap<string, Tally>, title: string): string {
  const rows = [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { struck, recovered, longestMs }]) => {
      const verdict =
        struck === 0 ? "no occasion" : recovered === struck ? "recovered" : `**${struck - recovered} not**`;
      return `| ${name} | ${struck} | ${recovered} | ${(longestMs / 1000).toFixed(1)} s | ${verdict} |`;
    });
  return [`| ${title} | Struck | Recovered | Longest | Verdict |`, "|---|--:|--:|--:|---|", ...rows].join(
    "\n",
  );
}
