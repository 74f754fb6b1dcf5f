import { formatDuration, printable } from "../../support/format.ts";
import { type CheckResult, countOutcomes, type Outcome } from "../../verify/check.ts";
import { areaOf, type CheckFacts, type CheckId, checkIds, factsOf } from "../../verify/facts.ts";
import { type Style, styleFor } from "./style.ts";

const marks: Readonly<Record<Outcome, string>> = { pass: "✓", warn: "!", fail: "✗", skip: "–", error: "✗" };
const indent = "      ";

/** By area: a line per check, with what was seen, what is wanted and what to do where it is not well; the verdict last. */
export function verifyText(results: readonly CheckResult[], tookMs: number, color: boolean): string {
  const style = styleFor(color);
  const areas = Map.groupBy(results, ({ id }) => areaOf(id));
  return [
    ...[...areas].flatMap(([area, mine]) => {
      const { outcome, summary } = mine[0]!;
      // What nobody named is told once.
      if (mine.length > 1 && outcome === "skip" && mine.every((one) => one.summary === summary))
        return [`${style.bold(area)} ${style.dim(`${marks.skip} skip: ${printable(summary ?? "")}`)}`];
      return [style.bold(area), ...mine.flatMap((result) => checkLines(result, style))];
    }),
    verdict(results, tookMs),
  ].join("\n");
}

function checkLines(result: CheckResult, style: Style): string[] {
  const { id, title, outcome, summary, problems, tookMs } = result;
  const paint = { pass: style.green, warn: style.yellow, fail: style.red, skip: style.dim, error: style.red }[
    outcome
  ];
  const took = outcome === "skip" ? "" : ` ${style.dim(`(${(tookMs / 1000).toFixed(1)} s)`)}`;
  const said = summary === undefined ? "" : `: ${printable(summary)}`;
  return [
    `  ${paint(`${marks[outcome]} ${outcome}`)} ${id}: ${title}${said}${took}`,
    ...problems.flatMap(({ message, want, hint }) => [
      `${indent}seen: ${printable(message)}`,
      `${indent}want: ${printable(want ?? title)}`,
      `${indent}do:   ${printable(hint ?? doFor(id))}`,
    ]),
  ];
}

const doFor = (id: string): string => `ca3 verify explain ${id}`;

function verdict(results: readonly CheckResult[], tookMs: number): string {
  return `ca3 verify: ${outcomesText(results)} in ${formatDuration(tookMs)}`;
}

/** How many checks came out in which way: `31 pass, 0 fail, 3 skip`. */
export function outcomesText(results: readonly CheckResult[]): string {
  const told = Object.entries(countOutcomes(results)).filter(
    ([name, count]) => count > 0 || name === "pass" || name === "fail",
  );
  return told.map(([name, count]) => `${count} ${name}`).join(", ");
}

/** Whether all is well: nothing failed or broke, and something was looked at. */
export const isProven = (results: readonly CheckResult[]): boolean => {
  const { pass, warn, fail, error } = countOutcomes(results);
  return fail + error === 0 && pass + warn > 0;
};

export const verifyJson = (results: readonly CheckResult[], tookMs: number): string =>
  JSON.stringify({
    ...{ version: 1, ok: isProven(results), counts: countOutcomes(results), tookMs },
    checks: results.map(({ id, title, outcome, tookMs: mine, summary, problems, data }) => ({
      ...{ id, title, result: outcome, tookMs: mine, detail: summary ?? null },
      ...(data === undefined ? {} : { data }),
      problems: problems.map(({ severity, message, want, hint }) => ({
        ...{ severity, seen: message, want: want ?? title, do: hint ?? doFor(id) },
      })),
    })),
  });

/** The same as CI systems read it. */
export function verifyJunit(results: readonly CheckResult[], tookMs: number): string {
  const { fail, error, skip } = countOutcomes(results);
  const cases = results.map((result) => {
    const { id, title, outcome, tookMs: mine, summary, problems } = result;
    const open = `  <testcase classname="ca3.verify.${areaOf(id)}" name="${xml(id)}" time="${mine / 1000}">`;
    const text = problems.map(({ message, want, hint }) =>
      xml(`seen: ${message}\nwant: ${want ?? title}\ndo: ${hint ?? doFor(id)}`),
    );
    const message = xml(problems[0]?.message ?? summary ?? "");
    const inner = {
      pass: "",
      warn: `<system-out>${text.join("\n")}</system-out>`,
      fail: `<failure message="${message}">${text.join("\n")}</failure>`,
      error: `<error message="${message}">${text.join("\n")}</error>`,
      skip: `<skipped message="${message}"/>`,
    }[outcome];
    return `${open}${inner}</testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite name="ca3 verify" tests="${results.length}" failures="${fail}" errors="${error}" skipped="${skip}" time="${tookMs / 1000}">`,
    ...cases,
    "</testsuite>",
  ].join("\n");
}

/** No control characters either: XML has no way to say them. */
const xml = (text: string): string =>
  printable(text.replaceAll("\n", "\u2028"))
    .replaceAll("\u2028", "\n")
    .replace(/[&<>"]/g, (one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[one]!);

/** Every check with what it says when all is well. */
export function listText(chosen: readonly CheckId[]): string {
  const width = Math.max(...checkIds.map(({ length }) => length));
  return chosen.map((id) => `${id.padEnd(width)}  ${factsOf(id).title}`).join("\n");
}

/** What is known of a check without running it. */
export function explainText(id: CheckId): string {
  const { title, looks, causes, next, needs = [], onRequest }: CheckFacts = factsOf(id);
  return [
    ...[id, title, "", looks, "", "Why it fails, most likely first:", ...causes.map((one) => `  ${one}`)],
    ...["", "Next:", ...next.map((one) => `  ${one}`)],
    ...(needs.length === 0 ? [] : ["", `Needs ${needs.join(", ")}.`]),
    ...(onRequest ? ["", `Takes minutes, so it runs only on request: ca3 verify --only ${id}.`] : []),
  ].join("\n");
}
