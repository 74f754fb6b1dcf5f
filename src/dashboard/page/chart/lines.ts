import type { Values } from "./frame.ts";

/** Point by point; null where both are, so that a gap stays a gap. */
export const addValues = (one: Values, other: Values): Values =>
  one.map((value, at) => {
    const more = other[at] ?? null;
    return value === null ? more : more === null ? value : value + more;
  });

/** Where no GPU had a reading nothing is known of cost, which is not the same as a cost of nothing. */
export const whereHeld = (values: Values, gpus: Values): Values =>
  values.map((value, at) => ((gpus[at] ?? 0) > 0 ? value : null));

export type NamedLine = { readonly name: string; readonly values: Values };

const total = ({ values }: NamedLine): number => values.reduce<number>((sum, value) => sum + (value ?? 0), 0);

/** The greatest lines by their sum, and the rest as one line; all of them when there are no more than `most`. */
export function greatest(lines: readonly NamedLine[], most: number, restName: string): readonly NamedLine[] {
  const sorted = [...lines].sort((a, b) => total(b) - total(a) || (a.name < b.name ? -1 : 1));
  if (sorted.length <= most) return sorted;
  const rest = sorted.slice(most - 1);
  const values = rest.map((line) => line.values).reduce(addValues);
  return [...sorted.slice(0, most - 1), { name: `${rest.length} ${restName}`, values }];
}

export type Spread = {
  readonly lowest: Values;
  readonly low: Values;
  readonly middle: Values;
  readonly high: Values;
  readonly highest: Values;
};

/** How many lines lie where, point by point: ends, tenth and ninetieth percentile, median. */
export function spreadOf(lines: readonly Values[], points: number): Spread {
  const rows = Array.from({ length: points }, (_, at) =>
    Float64Array.from(
      lines.map((line) => line[at] ?? Number.NaN).filter((value) => !Number.isNaN(value)),
    ).sort(),
  );
  const quantile = (share: number) => rows.map((row) => quantileOf(row, share));
  return {
    lowest: quantile(0),
    low: quantile(0.1),
    middle: quantile(0.5),
    high: quantile(0.9),
    highest: quantile(1),
  };
}

/** Of sorted values, between the two nearest ones (Hyndman and Fan's type 7). */
function quantileOf(sorted: Float64Array, share: number): number | null {
  if (sorted.length === 0) return null;
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  const above = sorted[Math.ceil(at)]!;
  return below + (above - below) * (at - Math.floor(at));
}
