import type { TakeOutWish } from "../../provision/run/take-out.ts";
import { durationFlag } from "../flag-value.ts";

/** How nodes are emptied that go, or that are worked on. */
export const drainArgs = {
  "drain-within": {
    type: "string",
    valueHint: "TIME",
    default: "5m",
    description: "How long disruption budgets and terminating pods may take, per node",
  },
} as const;

/** What pods stand in the way of that the user may overrule. */
export const forceArg = {
  type: "boolean",
  description: "Evict even pods that no controller would recreate",
} as const;

export const takeOutArgs = {
  ...drainArgs,
  "delete-local-data": {
    type: "boolean",
    description: "Give up data that exists only on the node's disk: its owners start afresh elsewhere",
  },
} as const;

/** `--drain-within` in ms. Throws CA3_USAGE when it is not a span of time. */
export const drainSpan = (text: string): number => durationFlag("--drain-within", text, "--drain-within 10m");

/** The flags about emptying a node as a wish. Throws CA3_USAGE. */
export const takeOutWish = (args: {
  readonly "drain-within": string;
  readonly force?: boolean;
  readonly "delete-local-data": boolean;
}): TakeOutWish => ({
  withinMs: drainSpan(args["drain-within"]),
  force: args.force ?? false,
  deleteLocalData: args["delete-local-data"],
});
