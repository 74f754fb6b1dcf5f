import { closest } from "./closest.ts";
import type { Parsed, PartProblem, ValueType } from "./setting-types.ts";

/** One member of a record. It is required when it has no default and is not optional. */
export type Field<T> = {
  readonly type: ValueType<T>;
  readonly doc: string;
  readonly default?: T;
  readonly optional?: true;
};
// biome-ignore lint/suspicious/noExplicitAny: a record has a value type per field
export type Fields = Readonly<Record<string, Field<any>>>;
export type RecordOf<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Field<infer T>
    ? F[K] extends { optional: true }
      ? T | undefined
      : T
    : never;
};

/** A mapping with these members and no others. All that is wrong with it is said at once. */
export function record<const F extends Fields>(fields: F): ValueType<RecordOf<F>> {
  const names = Object.keys(fields);
  return {
    schema: {
      type: "object",
      additionalProperties: false,
      properties: mapValues(fields, ({ type, doc, default: preset }) => ({
        description: doc,
        ...(preset === undefined ? {} : { default: plainOf(type, preset) }),
        ...type.schema,
      })),
      required: names.filter((name) => isRequired(fields[name]!)),
    },
    parse(given) {
      const raw = fromText(given);
      if (!isMapping(raw)) return { problem: `expected ${names.join(", ")} on indented lines` };
      const value: Record<string, unknown> = {};
      const problems: PartProblem[] = Object.keys(raw)
        .filter((key) => !names.includes(key))
        .map((key) => ({ part: key, problem: `unknown setting${suggestion(key, names)}` }));
      for (const [name, field] of Object.entries(fields)) {
        const member = raw[name];
        if (member === undefined || member === null) {
          value[name] = field.default;
          if (isRequired(field)) problems.push({ part: name, problem: `is required (${field.doc})` });
        } else take(field.type.parse(member), name, member, problems, (one) => (value[name] = one));
      }
      return finish(value as RecordOf<F>, problems);
    },
    plain: (value) =>
      mapValues(fields, (field, name) => {
        const one = (value as Record<string, unknown>)[name];
        return one === undefined ? undefined : plainOf(field.type, one);
      }),
  };
}

/** A YAML list of values of one type. */
export function listOf<T>(
  item: ValueType<T>,
  { min = 0, max = 1_000 }: { min?: number; max?: number } = {},
): ValueType<readonly T[]> {
  return {
    schema: { type: "array", items: item.schema, minItems: min, maxItems: max },
    parse(given) {
      const raw = fromText(given, ",");
      if (!Array.isArray(raw)) return { problem: "expected a list, one entry a line, each after a dash" };
      if (raw.length < min || raw.length > max)
        return { problem: `expected ${min} to ${max} entries, not ${raw.length}` };
      const value: T[] = [];
      const problems: PartProblem[] = [];
      for (const [at, one] of raw.entries())
        take(item.parse(one), String(at), one, problems, (parsed) => value.push(parsed as T));
      return finish<readonly T[]>(value, problems);
    },
    plain: (value) => value.map((one) => plainOf(item, one)),
  };
}

/** A mapping of names of one's own to values of one type. */
export function mapOf<T>(item: ValueType<T>): ValueType<Readonly<Record<string, T>>> {
  return {
    schema: { type: "object", additionalProperties: item.schema },
    parse(given) {
      const raw = fromText(given);
      if (!isMapping(raw)) return { problem: "expected names with values, one a line" };
      const value: Record<string, T> = {};
      const problems: PartProblem[] = [];
      for (const [name, one] of Object.entries(raw))
        take(item.parse(one), name, one, problems, (parsed) => (value[name] = parsed as T));
      return finish<Readonly<Record<string, T>>>(value, problems);
    },
    plain: (value) => mapValues(value, (one) => plainOf(item, one)),
  };
}

/** The value as data for YAML or JSON. */
export const plainOf = <T>({ plain, print }: ValueType<T>, value: T): unknown =>
  plain ? plain(value) : print ? print(value) : value;

/** A variable or a flag holds a structure as JSON; a list of plain words may be separated. */
function fromText(raw: unknown, separator?: string): unknown {
  if (typeof raw !== "string") return raw;
  try {
    return JSON.parse(raw);
  } catch {
    return separator === undefined || /^\s*[[{]/.test(raw)
      ? raw
      : raw.split(separator).map((word) => word.trim());
  }
}

const isMapping = (raw: unknown): raw is Record<string, unknown> =>
  typeof raw === "object" && raw !== null && !Array.isArray(raw);

const isRequired = (field: Field<unknown>) => field.default === undefined && !field.optional;

function suggestion(key: string, names: readonly string[]): string {
  const near = closest(key, names);
  return near === undefined ? `, expected ${names.join(", ")}` : `, did you mean ${near}?`;
}

/** Takes the value over, or notes what is wrong with it under the name of the part. */
function take(
  parsed: Parsed<unknown>,
  part: string,
  raw: unknown,
  problems: PartProblem[],
  use: (value: unknown) => void,
): void {
  if ("value" in parsed) use(parsed.value);
  else if (parsed.parts)
    for (const one of parsed.parts) problems.push({ ...one, part: `${part}.${one.part}` });
  else problems.push({ part, problem: parsed.problem, raw });
}

const finish = <T>(value: T, parts: readonly PartProblem[]): Parsed<T> =>
  parts.length === 0
    ? { value }
    : { problem: parts.map(({ part, problem }) => `${part}: ${problem}`).join("; "), parts };

const mapValues = <T, R>(of: Readonly<Record<string, T>>, map: (value: T, name: string) => R) =>
  Object.fromEntries(Object.entries(of).map(([name, value]) => [name, map(value, name)]));
