import { describeStep } from "../../k8s/apply.ts";
import type { Prepared } from "../../k8s/deploy.ts";
import { type FieldChange, hidden } from "../../k8s/field-changes.ts";
import { refOf } from "../../k8s/object.ts";
import type { Step } from "../../k8s/plan.ts";
import { printable } from "../../support/format.ts";
import { styleFor } from "./style.ts";

/** Steps that change something, or that a person has to know of. */
export const told = ({ plan }: Prepared): readonly Step[] => plan.steps.filter(({ kind }) => kind !== "keep");

const marks = {
  create: "+",
  release: "+",
  update: "~",
  replace: "±",
  prune: "-",
  retain: "=",
  keep: " ",
} as const;

/** What a deployment would do, object by object, and field by field where something changes. */
export function planText(prepared: Prepared, { color }: { readonly color: boolean }): string {
  const style = styleFor(color);
  const paint = { ...{ create: style.green, update: style.yellow, replace: style.yellow }, prune: style.red };
  const secrets = prepared.generations.map(({ secret, keys, exists }) => {
    const what = `${exists ? "add to" : "create"} Secret ${secret.namespace}/${secret.name}: ${keys.join(", ")}`;
    return style.green(`+ ${what}`);
  });
  const steps = told(prepared).flatMap((step) => {
    const line = `${marks[step.kind]} ${describeStep(step)}`;
    const painted = step.kind in paint ? paint[step.kind as keyof typeof paint](line) : style.dim(line);
    const unchecked = step.kind === "create" && step.unchecked !== undefined;
    return [unchecked ? `${painted} (not checked: ${step.unchecked})` : painted, ...fieldLines(step)];
  });
  return [...secrets, ...steps].join("\n");
}

function fieldLines(step: Step): string[] {
  if (step.kind !== "update") return [];
  return hidden(step.object.kind, step.changes).map((change) => `    ${fieldLine(change)}`);
}

const LONGEST = 200;

function fieldLine({ path, ...change }: FieldChange): string {
  const show = (value: unknown) => {
    const text = printable(typeof value === "string" ? value : JSON.stringify(value));
    return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  };
  if (!("before" in change)) return `${path}: ${show(change.after)} (new)`;
  if (!("after" in change)) return `${path}: ${show(change.before)} (goes)`;
  const { before, after } = change;
  if (isText(before) && isText(after)) {
    const [gone, come] = [linesOnlyIn(before, after), linesOnlyIn(after, before)];
    return [
      `${path}:`,
      ...gone.map((line) => `  - ${show(line)}`),
      ...come.map((line) => `  + ${show(line)}`),
    ].join("\n    ");
  }
  return `${path}: ${show(before)} → ${show(after)}`;
}

/** Several lines, such as a file in a ConfigMap. */
const isText = (value: unknown): value is string => typeof value === "string" && value.includes("\n");

function linesOnlyIn(text: string, other: string): string[] {
  const known = new Set(other.split("\n"));
  return text.split("\n").filter((line) => !known.has(line));
}

/** The same for scripts. */
export function planJson(prepared: Prepared): object {
  return {
    generate: prepared.generations.map(({ secret, keys }) => ({
      ...{ namespace: secret.namespace, name: secret.name, keys },
    })),
    steps: told(prepared).map((step) => ({
      action: step.kind,
      ...("object" in step ? refOf(step.object) : step.ref),
      ...("why" in step ? { why: step.why } : {}),
      ...("unchecked" in step && step.unchecked !== undefined ? { unchecked: step.unchecked } : {}),
      ...(step.kind === "update" ? { changes: hidden(step.object.kind, step.changes) } : {}),
    })),
    problems: prepared.plan.problems.map(({ code, message, hint }) => ({
      code,
      message,
      hint: hint ?? null,
    })),
  };
}

/** Before a deployment: `3 to create, 1 to change, 2 to remove`. */
export const planSummary = (prepared: Prepared): string =>
  summary(prepared, ["to create", "to change", "to remove"]);

/** After it: `3 created, 1 changed, 2 removed`. */
export const doneSummary = (done: Prepared): string => summary(done, ["created", "changed", "removed"]);

function summary(
  { plan: { steps }, generations }: Prepared,
  [create, change, remove]: readonly [string, string, string],
): string {
  const count = (...kinds: Step["kind"][]) => steps.filter(({ kind }) => kinds.includes(kind)).length;
  const counts = [
    [count("create", "release") + generations.filter(({ exists }) => !exists).length, create],
    [count("update", "replace") + generations.filter(({ exists }) => exists).length, change],
    [count("prune"), remove],
  ] as const;
  return counts
    .filter(([number]) => number > 0)
    .map(([number, what]) => `${number} ${what}`)
    .join(", ");
}
