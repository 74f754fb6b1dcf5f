import { printable } from "../../support/format.ts";
import type { CheckResult, Outcome } from "../../verify/check.ts";
import { countOutcomes } from "../../verify/check.ts";
import type { Style } from "./style.ts";
import { styleFor } from "./style.ts";

export type ChecksOptions<D> = {
  readonly color: boolean;
  /** What a check found, line by line, below its title. */
  readonly lines?: (data: D) => readonly string[];
};

const marks: Readonly<Record<Outcome, string>> = { pass: "✓", warn: "!", fail: "✗", skip: "–", error: "✗" };
const words: Readonly<Record<Outcome, string>> = {
  pass: "ok",
  warn: "warned",
  fail: "failed",
  skip: "skipped",
  error: "broke",
};
const INDENT = "      ";

/** Checks of one area for people: what was found, what is wrong with it and what to do, and a last line that counts. */
export function checksText<D>(
  area: string,
  results: readonly CheckResult<D>[],
  options: ChecksOptions<D>,
): string {
  const style = styleFor(options.color);
  const counts = countOutcomes(results);
  const summed = (Object.keys(words) as Outcome[])
    .filter((outcome) => counts[outcome] > 0)
    .map((outcome) => `${counts[outcome]} ${words[outcome]}`);
  return [
    style.bold(area),
    ...results.flatMap((result) => checkLines(result, style, options)),
    summed.join(", "),
  ].join("\n");
}

function checkLines<D>(
  { title, outcome, summary, data, problems }: CheckResult<D>,
  style: Style,
  { lines }: ChecksOptions<D>,
): string[] {
  const paint = { pass: style.green, warn: style.yellow, fail: style.red, skip: style.dim, error: style.red }[
    outcome
  ];
  return [
    `  ${paint(marks[outcome])} ${printable(title)}${summary === undefined ? "" : `: ${printable(summary)}`}`,
    ...(data === undefined || lines === undefined
      ? []
      : lines(data).map((line) => `${INDENT}${printable(line)}`)),
    ...problems.flatMap(({ severity, message, hint }) => [
      `${INDENT}${severity === "fail" ? style.red("fails:") : style.yellow("warns:")} ${printable(message)}`,
      ...(hint === undefined ? [] : [`${INDENT}${style.cyan("try:")} ${printable(hint)}`]),
    ]),
  ];
}

/** The same for scripts, on one line. */
export function checksJson(results: readonly CheckResult[]): string {
  return JSON.stringify({
    version: 1,
    ok: results.every(({ outcome }) => outcome !== "fail" && outcome !== "error"),
    checks: results.map(({ id, title, outcome, tookMs, summary, problems, data }) => ({
      ...{ id, title, result: outcome, tookMs, detail: summary ?? null },
      problems: problems.map(({ severity, message, hint }) => ({ severity, message, try: hint ?? null })),
      data: data ?? null,
    })),
  });
}
