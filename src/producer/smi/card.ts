import type { MigPart } from "./mig.ts";
import type { SmiReading } from "./sample.ts";
import type { SpanMeter } from "./spans.ts";

/** A GPU as the rows of nvidia-smi show it. */
export type CardState = {
  readonly gpu: string;
  readonly index: number;
  readonly meter: SpanMeter;
  model: string;
  /** Its newest row that counted. */
  last: SmiReading | undefined;
  /** When a row counted last, ms on our clock; 0 before the first. */
  seenMs: number;
  /** Why it does not count now: what nvidia-smi says instead of values, or that it has no row any more. */
  trouble: { readonly said: string; readonly sinceMs: number } | undefined;
  /** Words that stand in place of single values while the others are there, such as `Unknown Error`. */
  remark: string | undefined;
  /** MIG is on, so that nvidia-smi tells no utilisation. */
  isDivided: boolean;
  /** The parts of a divided card. */
  parts: readonly MigPart[];
};

/** A card for messages: `GPU 3 (GPU-7fdaf0a5-…)`. */
export const cardName = ({ index, gpu }: Pick<CardState, "index" | "gpu">): string => `GPU ${index} (${gpu})`;
