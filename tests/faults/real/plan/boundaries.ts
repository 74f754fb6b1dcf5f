import type { Moment } from "../wire/tap.ts";
import type { Action, Provocation } from "./fault.ts";

export type Boundary = {
  readonly who: "processor" | "producer";
  readonly step: string;
  readonly moment: Moment;
  readonly action: Action;
  readonly provoke: Provocation;
};

const all: readonly Action[] = ["kill", "sleep", "reset", "half-open", "late"];
const some: readonly Action[] = ["kill", "reset"];

/** The steps of a write in their order, then those that keep a member in its group; each with what may strike there. */
const steps: readonly (readonly [step: string, provoke: Provocation, actions: readonly Action[]])[] = [
  ["fetch", "nothing", some],
  ["insert gpu_metrics", "nothing", [...all, "stuck", "store-kill"]],
  ["insert token_usage", "nothing", [...all, "store-kill"]],
  ["find gpu_metrics", "new events", all],
  ["find token_usage", "new events", some],
  ["insert rollups", "new events", [...all, "store-kill"]],
  ["update rollups", "nothing", [...all, "stuck", "store-kill"]],
  ["find rollups", "death after rollups", some],
  ["insert latest", "new events", all],
  ["update latest", "nothing", [...all, "store-kill"]],
  ["produce", "poison", [...all, "stuck"]],
  ["insert dead_letters", "poison", [...all, "stuck", "store-kill"]],
  ["commit", "nothing", all],
  ["heartbeat", "nothing", some],
  ["join", "change of members", some],
  ["sync", "change of members", some],
  ["read offsets", "change of members", some],
];

const producerSteps: typeof steps = [
  ["produce", "nothing", all],
  ["producer id", "death of a producer", some],
];

/** Only a request can arrive late, or never after a long wait. */
const moments = (action: Action): readonly Moment[] =>
  action === "late" || action === "stuck" ? ["request"] : ["request", "answer"];

const placesOf = (who: Boundary["who"], own: typeof steps): readonly Boundary[] =>
  own.flatMap(([step, provoke, actions]) =>
    actions.flatMap((action) =>
      moments(action).map((moment): Boundary => ({ who, step, moment, action, provoke })),
    ),
  );

/** Every place at which something is made to strike, with everything that strikes there. */
export const boundaries: readonly Boundary[] = [
  ...placesOf("processor", steps),
  ...placesOf("producer", producerSteps),
];
