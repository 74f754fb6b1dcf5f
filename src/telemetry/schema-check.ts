import { Compile } from "typebox/compile";
import { type GpuEvent, gpuEventSchema, type TokenEvent, tokenEventSchema } from "./events.ts";
import { brief, type Rejection, rejection } from "./rejection.ts";
import type { EventKind } from "./topics.ts";

/** An object from JSON, before anything is known about its fields. */
export type RawEvent = Record<string, unknown>;

type Problem = { readonly keyword: string; readonly instancePath: string; readonly message: string };
type Checker = { check(value: unknown): boolean; problems(value: unknown): readonly Problem[] };

const compile = (schema: typeof gpuEventSchema | typeof tokenEventSchema): Checker => {
  const validator = Compile(schema);
  return {
    check: (value) => validator.Check(value),
    problems: (value) => validator.Errors(value),
  };
};

const checkers: { [kind in EventKind]?: Checker } = {};

/** Compiling takes milliseconds, so it happens when the first event of a kind arrives. */
function checkerOf(kind: EventKind): Checker {
  checkers[kind] ??= compile(kind === "gpu" ? gpuEventSchema : tokenEventSchema);
  return checkers[kind];
}

export const fitsSchema = (kind: EventKind, raw: RawEvent): raw is RawEvent & (GpuEvent | TokenEvent) =>
  checkerOf(kind).check(raw);

const MOST_PROBLEMS = 3;

/**
 * Why an object does not fit the schema. A number above 1 where a ratio is due is most likely a percentage from a
 * sender with another unit; it has a reason of its own, because the whole stream is wrong then and not one record.
 */
export function explainMisfit(kind: EventKind, raw: RawEvent): Rejection {
  const suspect = ratioFields[kind].find((field) => typeof raw[field] === "number" && raw[field] > 1);
  if (suspect !== undefined)
    return rejection("unit_suspect", `${suspect}: ${brief(raw[suspect])} is above 1, the limit of a ratio`);
  const problems = checkerOf(kind).problems(raw);
  const told = problems
    .filter((problem) => problem.keyword !== "const")
    .map((one) => tell(one, problems, raw));
  return rejection("schema_invalid", told.slice(0, MOST_PROBLEMS).join("; "));
}

function tell(problem: Problem, all: readonly Problem[], raw: RawEvent): string {
  if (problem.keyword === "required") return `${params(problem).requiredProperties?.join(", ")}: missing`;
  const path = problem.instancePath.slice(1).split("/");
  const value = path.reduce<unknown>((node, name) => (node as RawEvent | undefined)?.[name], raw);
  const allowed = all
    .filter((one) => one.keyword === "const" && one.instancePath === problem.instancePath)
    .map((one) => params(one).allowedValue);
  const demand = allowed.length > 0 ? `must be one of ${allowed.join(", ")}` : problem.message;
  return `${path.join(".")}: ${demand}, got ${brief(value)}`;
}

const params = (problem: Problem) =>
  (problem as { params?: { requiredProperties?: string[]; allowedValue?: string } }).params ?? {};

const ratioFields: Readonly<Record<EventKind, readonly string[]>> = {
  gpu: ratiosOf(gpuEventSchema.properties),
  token: ratiosOf(tokenEventSchema.properties),
};

/** Numbers that may not be above 1. */
function ratiosOf(properties: Readonly<Record<string, object>>): readonly string[] {
  return Object.entries(properties)
    .filter(([, schema]) => "type" in schema && schema.type === "number")
    .filter(([, schema]) => "maximum" in schema && schema.maximum === 1)
    .map(([name]) => name);
}
