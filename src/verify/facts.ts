import { clusterFacts } from "./facts/cluster.ts";
import { outsideFacts } from "./facts/outside.ts";

/** What is known of a check without running it; `ca3 verify explain` and the reference page are made from it. */
export type CheckFacts = {
  /** A sentence that is true when all is well. */
  readonly title: string;
  /** What it does to find out. */
  readonly looks: string;
  /** Why it fails, most likely first. */
  readonly causes: readonly string[];
  /** Commands to type next. */
  readonly next: readonly string[];
  /** Ids of checks without which it makes no sense. */
  readonly needs?: readonly string[];
  /** Takes minutes, so it runs only when it or its area is named. */
  readonly onRequest?: boolean;
  /** How long it may take, ms; ten seconds when absent. */
  readonly deadlineMs?: number;
};

/** Every check by its id, in the order in which they are shown. */
export const checkFacts = { ...outsideFacts, ...clusterFacts } as const;
export type CheckId = keyof typeof checkFacts;
export const checkIds = Object.keys(checkFacts) as readonly CheckId[];
export const factsOf = (id: CheckId): CheckFacts => checkFacts[id];
/** The part of an id before its dot. */
export const areaOf = (id: string): string => id.slice(0, id.indexOf("."));
