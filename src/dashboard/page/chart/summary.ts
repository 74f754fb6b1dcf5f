import { formatClock, formatDay } from "../figures/times.ts";
import { type Frame, pointsOf, type Values } from "./frame.ts";

export type Described = { readonly name: string; readonly values: Values };

/** A chart in a sentence per line, for those who cannot see it. */
export function describeLines(
  frame: Frame,
  lines: readonly Described[],
  format: (value: number | null) => string,
): string {
  if (!lines.some(({ values }) => values.some((value) => value !== null)))
    return "There is nothing to show in this time.";
  const span = `From ${momentOf(frame.fromS)} to ${momentOf(frame.toS)} UTC.`;
  return [span, ...lines.map((line) => describe(line, format))].join(" ");
}

function describe({ name, values }: Described, format: (value: number | null) => string): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return `${name}: no values.`;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const [low, high] = [Math.min(...known), Math.max(...known)];
  return `${name}: latest ${format(known.at(-1)!)}, mean ${format(mean)}, between ${format(low)} and ${format(high)}.`;
}

const momentOf = (seconds: number): string => `${formatDay(seconds * 1000)}, ${formatClock(seconds * 1000)}`;

/** Rows of the table that stands for a chart: times and formatted values, newest first, evenly thinned to `most`. */
export function tableRows(
  frame: Frame,
  lines: readonly Described[],
  format: (value: number | null) => string,
  most = 60,
): readonly { readonly time: string; readonly cells: readonly string[] }[] {
  const points = pointsOf(frame);
  const every = Math.max(1, Math.ceil(points / most));
  const rows = [];
  for (let at = points - 1; at >= 0; at -= every)
    rows.push({
      time: momentOf(frame.times[at]!),
      cells: lines.map(({ values }) => format(values[at] ?? null)),
    });
  return rows;
}
