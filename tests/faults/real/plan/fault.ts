import type { Moment } from "../wire/tap.ts";

/** What is done to a process or a link at the moment when a message of a step passes. */
export const actions = ["kill", "sleep", "reset", "half-open", "late", "stuck", "store-kill"] as const;
export type Action = (typeof actions)[number];

/** What makes a step happen that would not come by itself. */
export type Provocation =
  | "nothing"
  | "poison"
  | "new events"
  | "change of members"
  | "death after rollups"
  | "death of a producer";

/** Faults that strike whenever their time comes. */
export const looseKinds = [
  "processor killed",
  "processor asleep",
  "processor with a wrong clock",
  "producer killed",
  "producer asleep",
  "producer doubled",
  "members come and go",
  "log link reset",
  "log link slow",
  "log link half-open",
  "log link refused",
  "store link reset",
  "store link slow",
  "store link half-open",
  "store link refused",
  "producer link reset",
  "producer link slow",
  "producer link half-open",
  "broker killed",
  "broker asleep",
  "store killed",
  "store asleep",
  "poison burst",
  "events sent by two",
  "dead-letter topic refuses",
] as const;
export type LooseKind = (typeof looseKinds)[number];

export type Fault = {
  /** Pause after the one before, ms. */
  readonly gapMs: number;
  /** How long it lasts, ms. */
  readonly lastsMs: number;
  /** Chooses among processes, brokers and so on. */
  readonly pick: number;
} & (
  | { readonly kind: LooseKind }
  | {
      readonly kind: "boundary";
      readonly who: "processor" | "producer";
      readonly step: string;
      readonly moment: Moment;
      readonly action: Action;
      readonly provoke: Provocation;
    }
);

const words: Readonly<Record<Action, string>> = {
  kill: "killed",
  sleep: "asleep",
  reset: "reset",
  "half-open": "half-open",
  late: "killed, and what it sent arrives late",
  stuck: "stuck for a while, then killed",
  "store-kill": "store killed",
};

/** The row of the report that a fault belongs to. */
export const kindOf = (fault: Fault): string =>
  fault.kind === "boundary" ? `${fault.who} at a step: ${words[fault.action]}` : fault.kind;

/** Where it strikes; nothing when it strikes anywhere. */
export const placeOf = (fault: Fault): string | undefined =>
  fault.kind === "boundary" ? `${fault.who}, ${fault.moment} of ${fault.step}` : undefined;
