import { counterDeltas as deltasOf } from "../../telemetry/counter.ts";
import type { CounterField } from "./counter-columns.ts";
import type { CounterSample } from "./counter-sample.ts";

export type CounterDeltas = Readonly<Partial<Record<CounterField, number>>>;

/** What happened from one reading of a server to the next. */
export const counterDeltas = (before: CounterSample, after: CounterSample): CounterDeltas =>
  deltasOf<CounterField>(before.counters, after.counters);
