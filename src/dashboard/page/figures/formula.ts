import type { Provenance } from "./quality.ts";

/** How a number comes about, with the numbers put in. */
export type Formula = {
  readonly title: string;
  /** The rule in words and signs. */
  readonly words: string;
  /** The same with the numbers put in; undefined when some of them are not known here. */
  readonly numbers?: string;
  /** The result, for people. It is the API's number and not one computed by the page. */
  readonly result: string;
  /** The API's number. */
  readonly value: number | null;
  /** What the numbers shown give; `value` but for their rounding. */
  readonly computed: number | null;
  /** By how much the rounding of the numbers shown can move the result. */
  readonly tolerance: number;
  readonly provenance: Provenance;
  /** What else one must know to use the number. */
  readonly about: string;
};

/** Money of a group is told in whole micro-dollars, and has three parts that are rounded each. */
export const MONEY_ROUNDING_MICRO_USD = 3;

export const quotient = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);
