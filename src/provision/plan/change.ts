import type { Component } from "../model.ts";

/**
 * What a run would do to one part. `blocked` cannot be done by ca3, and stops a run; `drift` is another state than ours
 * that a run leaves alone; `foreign` is not ours.
 */
export type Action = "create" | "change" | "replace" | "delete" | "drift" | "foreign" | "blocked";

export type FieldChange = { readonly field: string; readonly from?: string; readonly to?: string };

export type Change = {
  readonly action: Action;
  readonly component: Component;
  /** `vpc`, `cp-1`, `default-2`. */
  readonly name: string;
  readonly id?: string;
  readonly fields?: readonly FieldChange[];
  /** Why, or what to do about it. */
  readonly why?: string;
};

/** What a run acts on; the others are only told. */
export const isWork = ({ action }: Change): boolean =>
  action === "create" || action === "change" || action === "replace" || action === "delete";

export const marks: Readonly<Record<Action, string>> = {
  create: "+",
  change: "~",
  replace: "-/+",
  delete: "-",
  drift: "!",
  foreign: "?",
  blocked: "!",
};
