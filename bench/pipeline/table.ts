import { median } from "../embedded/median.ts";
import type { Outcome } from "./rows.ts";

const headings = [
  "events/s",
  "of raw insert",
  "CPU s/M",
  "broker's",
  "server's",
  "peak RSS MB",
  "p99 delay s",
];

/** Medians over the rounds of each row, as a Markdown table. */
export function table(results: ReadonlyMap<string, readonly Outcome[]>, insertName: string): string {
  const raw = results.get(insertName)?.map(rateOf);
  const lines = [...results].map(([name, runs]) => {
    const ratio = raw && runs.map((run, round) => rateOf(run) / raw[round]!);
    const delays = runs.flatMap(({ p99S }) => p99S ?? []);
    const cells = [
      Math.round(median(runs.map(rateOf))).toLocaleString("en"),
      ratio && runs[0]!.stores ? `${Math.round(median(ratio) * 100)} %` : "",
      median(runs.map(cpuPerMillion)).toFixed(1),
      ...serverCells(runs),
      Math.round(median(runs.map(({ peakMb }) => peakMb))).toString(),
      delays.length === 0 ? "" : median(delays).toFixed(2),
    ];
    return `| ${[name, ...cells].join(" | ")} |`;
  });
  return [`| | ${headings.join(" | ")} |`, `|---|${"---:|".repeat(headings.length)}`, ...lines].join("\n");
}

/** CPU seconds of broker and server per million events, where both were looked at. */
function serverCells(runs: readonly Outcome[]): readonly [string, string] {
  const of = (which: (one: NonNullable<Outcome["servers"]>) => number) => {
    const all = runs.flatMap(({ servers, events }) => (servers ? (which(servers) / events) * 1e6 : []));
    return all.length === 0 ? "" : median(all).toFixed(1);
  };
  return [of(({ broker }) => broker), of(({ store }) => store)];
}

export const rateOf = ({ events, seconds }: Outcome): number => events / seconds;
export const cpuPerMillion = (run: Outcome): number => (run.cpuSeconds / run.events) * 1e6;
