/** What is wrong with one part of a structured value; the part is named by its path, such as `0.count`. */
export type PartProblem = { readonly part: string; readonly problem: string; readonly raw?: unknown };

/** A value, or what is wrong with it; with `parts`, each is a problem of its own. */
export type Parsed<T> =
  | { readonly value: T }
  | { readonly problem: string; readonly parts?: readonly PartProblem[] };

/** How a raw value from a flag, a variable or YAML becomes a value, and how JSON Schema describes it. */
export type ValueType<T> = {
  readonly schema: Readonly<Record<string, unknown>>;
  parse(raw: unknown): Parsed<T>;
  /** The value as it is written in `ca3.yaml`, when that is not the value itself; `parse` reads it back. */
  print?(value: T): string;
  /** The same for a value that is a list or a mapping there. */
  plain?(value: T): unknown;
};

const scalar = (raw: unknown): string | undefined =>
  typeof raw === "string"
    ? raw.trim()
    : typeof raw === "number" || typeof raw === "boolean"
      ? String(raw)
      : undefined;

export const text: ValueType<string> = {
  schema: { type: "string", minLength: 1 },
  parse: (raw) => {
    const value = scalar(raw);
    return value ? { value } : { problem: "expected text" };
  },
};

/** A whole number from `min` to `max`. */
export const whole = (min: number, max: number): ValueType<number> => ({
  schema: { type: "integer", minimum: min, maximum: max },
  parse: (raw) => {
    const word = scalar(raw) ?? "";
    const value = /^-?\d+$/.test(word) ? Number(word) : Number.NaN;
    return value >= min && value <= max
      ? { value }
      : { problem: `expected a whole number from ${min} to ${max}` };
  },
});

/** A decimal number from `min` to `max`. */
export const decimal = (min: number, max: number): ValueType<number> => ({
  schema: { type: "number", minimum: min, maximum: max },
  parse: (raw) => {
    const word = scalar(raw) ?? "";
    const value = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word) ? Number(word) : Number.NaN;
    return value >= min && value <= max ? { value } : { problem: `expected a number from ${min} to ${max}` };
  },
});

/** One of a few words. */
export const choice = <const T extends string>(...allowed: readonly T[]): ValueType<T> => ({
  schema: { enum: [...allowed] },
  parse: (raw) => {
    const value = allowed.find((one) => one === scalar(raw));
    return value === undefined ? { problem: `expected one of ${allowed.join(", ")}` } : { value };
  },
});

export const flag: ValueType<boolean> = {
  schema: { type: "boolean" },
  parse: (raw) => {
    const word = scalar(raw)?.toLowerCase() ?? "";
    if (["true", "1", "yes", "on"].includes(word)) return { value: true };
    if (["false", "0", "no", "off"].includes(word)) return { value: false };
    return { problem: "expected true or false" };
  },
};

const DURATION_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A span of time with its unit, such as `500ms`, `30s`, `15m`, `2h`, `30d`; the value is in milliseconds. */
export const duration: ValueType<number> = {
  schema: { type: "string", pattern: "^\\d+(\\.\\d+)?(ms|s|m|h|d)$" },
  parse: (raw) => {
    const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(scalar(raw) ?? "");
    if (!match) return { problem: "expected a time with its unit, such as 500ms, 30s, 15m, 2h or 30d" };
    return { value: Math.round(Number(match[1]) * DURATION_MS[match[2]!]!) };
  },
  print: (value) => inLargestUnit(value, DURATION_MS),
};

const BYTES: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** A size with its unit, such as `64MiB`; the value is in bytes. */
export const bytes: ValueType<number> = {
  schema: { type: "string", pattern: "^\\d+(\\.\\d+)?(B|KiB|MiB|GiB)$" },
  parse: (raw) => {
    const match = /^(\d+(?:\.\d+)?)(B|KiB|MiB|GiB)$/.exec(scalar(raw) ?? "");
    if (!match) return { problem: "expected a size with its unit, such as 512KiB or 64MiB" };
    return { value: Math.round(Number(match[1]) * BYTES[match[2]!]!) };
  },
  print: (value) => inLargestUnit(value, BYTES),
};

/** In the largest unit that divides it: 90000 → `90s`, 3600000 → `1h`. */
function inLargestUnit(value: number, units: Readonly<Record<string, number>>): string {
  const [unit, size] =
    Object.entries(units).findLast(([, one]) => value !== 0 && value % one === 0) ??
    Object.entries(units)[0]!;
  return `${value / size}${unit}`;
}

/** Words separated by commas, or a YAML list. */
export const list: ValueType<readonly string[]> = {
  schema: { type: "array", items: { type: "string" } },
  parse: (raw) => {
    const words = Array.isArray(raw) ? raw.map(scalar) : scalar(raw)?.split(",");
    const value = words?.map((word) => word?.trim() ?? "").filter((word) => word !== "");
    return value && value.length > 0 ? { value } : { problem: "expected a list, such as a,b,c" };
  },
};
