import type { ValueType } from "../support/setting-types.ts";
import { list, text } from "../support/setting-types.ts";
import { cardNamed, cards } from "./cards.ts";

/** `1x`, `60x`, `0.5x` or `max`. */
export const speed: ValueType<number | "max"> = {
  schema: { type: "string", pattern: "^(max|\\d+(\\.\\d+)?x)$" },
  parse: (raw) => {
    const word = String(raw).trim();
    if (word === "max") return { value: "max" };
    const value = Number(/^(\d+(?:\.\d+)?)x$/.exec(word)?.[1]);
    return value > 0 && value <= 1e6
      ? { value }
      : { problem: "expected a speed such as 1x, 60x or max, above 0x and at most 1000000x" };
  },
  print: (value) => (value === "max" ? "max" : `${value}x`),
};

/** A number of runs, or `forever`. */
export const loops: ValueType<number | "forever"> = {
  schema: { type: ["integer", "string"], pattern: "^([1-9]\\d*|forever)$", minimum: 1 },
  parse: (raw) => {
    const word = String(raw).trim();
    if (word === "forever") return { value: "forever" };
    const value = /^\d+$/.test(word) ? Number(word) : Number.NaN;
    return value >= 1 && value <= 1e9 ? { value } : { problem: "expected a number of runs, or forever" };
  },
};

/** A moment with its zone; the value is in ms since the epoch. */
export const moment: ValueType<number> = {
  schema: { type: "string", format: "date-time" },
  parse: (raw) => {
    const word = String(raw).trim();
    const value = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(word)
      ? Date.parse(word)
      : Number.NaN;
    return Number.isFinite(value) ? { value } : { problem: "expected a time such as 2026-01-31T08:00:00Z" };
  },
  print: (value) => new Date(value).toISOString(),
};

/** Kinds of GPUs that can be modelled, by the names they have in events. */
export const cardNames: ValueType<readonly string[]> = {
  schema: { type: "array", items: { enum: cards.map(({ name }) => name) }, minItems: 1 },
  parse: (raw) => {
    const words = list.parse(raw);
    if ("problem" in words) return words;
    const unknown = words.value.filter((word) => cardNamed(word) === undefined);
    return unknown.length === 0
      ? { value: words.value.map((word) => cardNamed(word)!.name) }
      : {
          problem: `unknown GPU ${unknown.join(", ")}; known are ${cards.map(({ name }) => name).join(", ")}`,
        };
  },
};

/** Some of a few words, separated by commas, each at most once. */
export const someOf = <const T extends string>(...allowed: readonly T[]): ValueType<readonly T[]> => ({
  schema: { type: "array", items: { enum: [...allowed] }, minItems: 1, uniqueItems: true },
  parse: (raw) => {
    const words = list.parse(raw);
    if ("problem" in words) return words;
    const found = words.value.filter((word): word is T => (allowed as readonly string[]).includes(word));
    return found.length === words.value.length && new Set(found).size === found.length
      ? { value: found }
      : { problem: `expected one or more of ${allowed.join(", ")}` };
  },
});

/** Words separated by commas; `none` stands for none. */
export const names: ValueType<readonly string[]> = {
  schema: list.schema,
  parse: (raw) =>
    (text.parse(raw) as { value?: string }).value === "none" ? { value: [] } : list.parse(raw),
};
