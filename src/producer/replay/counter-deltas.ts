import type { CounterField } from "./counter-columns.ts";
import type { CounterSample } from "./counter-sample.ts";

export type CounterDeltas = Readonly<Partial<Record<CounterField, number>>>;

/**
 * What happened from one reading to the next. A server that restarts begins all its counters at 0 again, so when any
 * of them dropped, each has grown by its present value: the rule of Prometheus' `increase`, applied to the whole server.
 */
export function counterDeltas(before: CounterSample, after: CounterSample): CounterDeltas {
  const fields = Object.keys(after.counters) as CounterField[];
  const hasRestarted = fields.some((field) => after.counters[field]! < (before.counters[field] ?? 0));
  const deltas: Partial<Record<CounterField, number>> = {};
  for (const field of fields)
    deltas[field] = after.counters[field]! - (hasRestarted ? 0 : (before.counters[field] ?? 0));
  return deltas;
}
