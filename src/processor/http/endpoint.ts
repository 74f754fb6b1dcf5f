import type { Static, TObject, TSchema } from "typebox";
import type { PartitionLag } from "../../eventlog/port.ts";
import type { Readiness } from "../../http/readiness.ts";
import type { Clock } from "../../support/clock.ts";
import type { Grouping, Report } from "../../telemetry/report-model.ts";
import type { Topics } from "../../telemetry/topics.ts";
import type { Counts } from "../pipeline.ts";
import type { Stored } from "./endpoints/stored.ts";
import type { ReadableStore, SourceState } from "./options.ts";
import { queryReader } from "./query/parse.ts";
import type { AskedRange } from "./query/range.ts";

/** What the endpoints answer from. */
export type Sources = {
  readonly store: ReadableStore;
  readonly clock: Clock;
  /** The report of a range, by the same code that every view uses. */
  readonly report: (range: AskedRange, groupBy: Grouping) => Promise<Report>;
  readonly topics: Topics;
  /** How far the processor is behind; undefined while the log does not answer. Never takes long. */
  readonly lag: () => Promise<readonly PartitionLag[] | undefined>;
  /** The state of all telemetry, or why it is not known. Never takes long. */
  readonly stored: () => Promise<Stored>;
  readonly readiness: () => Readiness;
  readonly sources: () => Readonly<Record<string, SourceState>>;
  readonly counts: () => Counts | undefined;
  readonly tokenRequired: boolean;
};

type Frozen<T> = T extends readonly (infer U)[]
  ? readonly Frozen<U>[]
  : T extends object
    ? { readonly [K in keyof T]: Frozen<T[K]> }
    : T;

type EndpointFacts = {
  /** With `{name}` where a parameter of the path stands. */
  readonly path: `/${string}`;
  readonly summary: string;
  /** More for the reader of the reference. */
  readonly details?: string;
  readonly tag: "figures" | "telemetry" | "operations";
  readonly pathParameter?: { readonly name: string; readonly description: string };
  /** Media type of the answer; JSON when absent. */
  readonly media?: "text/csv";
  /** File name that browsers save the answer under. */
  readonly filename?: string;
};

/** One GET endpoint. Its schemas validate the parameters, type the answer and make the reference. */
export type Endpoint = EndpointFacts & {
  readonly query: TObject;
  readonly response: TSchema;
  /** Reads and checks the query string; throws an `invalid-parameter` problem. */
  readonly read: (query: URLSearchParams) => unknown;
  /** The answer, from a checked query; text when the media type is not JSON. */
  readonly answer: (query: unknown, from: Sources, pathValue: string) => Promise<unknown>;
};

export function endpoint<Q extends TObject, R extends TSchema>(
  facts: EndpointFacts & {
    readonly query: Q;
    readonly response: R;
    readonly answer: (query: Static<Q>, from: Sources, pathValue: string) => Promise<Frozen<Static<R>>>;
  },
): Endpoint {
  const { answer, ...rest } = facts;
  return {
    ...rest,
    read: queryReader(facts.query),
    answer: (query, from, pathValue) => answer(query as Static<Q>, from, pathValue),
  };
}
