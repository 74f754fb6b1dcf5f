import type { Sample } from "../scrape/exposition.ts";
import { type Field, metrics } from "./fields.ts";

/** A little above 1 is a rounded 1. */
const ALMOST_ONE = 1.001;

/** Turns values of one endpoint into base units, and remembers what it learned about them. */
export type Units = {
  /** Looks at a whole page before its values are asked for, because one value can tell the unit of the others. */
  learn(samples: readonly Sample[]): void;
  /** In base units; undefined when the page has a placeholder instead of a value. */
  valueOf(sample: Sample): number | undefined;
  /** Values since the last call whose unit was not the declared one, by field. */
  rescaled(): ReadonlyMap<Field, number>;
};

/**
 * A share above 1 is a percentage under a name that promises a ratio, as in DCGM 4.6. Then so are all values of that name,
 * also those that could be either (1 % or all), until a fraction below 1 shows the contrary.
 */
export function createUnits(): Units {
  const percentages = new Set<string>();
  let counts = new Map<Field, number>();
  return {
    learn: (samples) => {
      const ratios = samples.filter(({ name }) => metrics[name]?.share && metrics[name].scale === 1);
      for (const { name, value } of ratios) if (value > 0 && value < 1) percentages.delete(name);
      for (const { name, value } of ratios) if (value > ALMOST_ONE && value <= 100) percentages.add(name);
    },
    valueOf: ({ name, value }) => {
      const metric = metrics[name];
      if (metric === undefined || !Number.isFinite(value) || value < 0) return undefined;
      if (metric.share === undefined) {
        const scaled = value * metric.scale;
        return scaled <= metric.max ? scaled : undefined;
      }
      const percent = percentages.has(name);
      if (percent) counts.set(metric.field, (counts.get(metric.field) ?? 0) + 1);
      const ratio = value * (percent ? 0.01 : metric.scale);
      return ratio <= ALMOST_ONE ? Math.min(1, ratio) : undefined;
    },
    rescaled: () => {
      const before = counts;
      counts = new Map();
      return before;
    },
  };
}
