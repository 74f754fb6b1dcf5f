import type { TakeOutWish } from "../../provision/run/take-out.ts";
import { Ca3Error } from "../../support/errors.ts";
import { duration } from "../../support/setting-types.ts";

/** How nodes are emptied that go, or that are worked on. */
export const drainArgs = {
  "drain-within": {
    type: "string",
    valueHint: "TIME",
    default: "5m",
    description: "How long disruption budgets and ending pods may take, for each node",
  },
} as const;

/** What pods stand in the way of that the user may overrule. */
export const forceArg = {
  type: "boolean",
  description: "Also pods that no controller would make again",
} as const;

export const takeOutArgs = {
  ...drainArgs,
  "delete-local-data": {
    type: "boolean",
    description: "Give up what is on the node's disk alone: its owners begin anew elsewhere",
  },
} as const;

/** Throws CA3_USAGE for a time that is none. */
export function drainSpan(text: string): number {
  const within = duration.parse(text);
  if ("value" in within) return within.value;
  throw new Ca3Error("CA3_USAGE", `--drain-within: ${within.problem}, got ${text}`, {
    hint: "--drain-within 10m",
  });
}

export const takeOutWish = (args: {
  readonly "drain-within": string;
  readonly force?: boolean;
  readonly "delete-local-data": boolean;
}): TakeOutWish => ({
  withinMs: drainSpan(args["drain-within"]),
  force: args.force ?? false,
  deleteLocalData: args["delete-local-data"],
});
