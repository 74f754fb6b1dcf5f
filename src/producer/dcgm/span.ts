import { joulesBetween } from "../../telemetry/energy.ts";
import { millionths } from "../known.ts";
import type { Values } from "./fields.ts";

/** A card at the moment of a reading. */
export type BoardSample = { readonly tsMs: number; readonly powerW?: number; readonly energyJ?: number };

/** What a card used in one interval. */
export type BoardSpan = {
  readonly intervalS: number;
  /** Undefined when the page tells neither energy nor power. */
  readonly energyJ: number | undefined;
  readonly powerW: number | undefined;
  /** The energy counter began again, so the trapezoid of power stands in for it. */
  readonly reset: boolean;
};

/** No card draws more, so a larger difference is a counter that jumped. */
const MAX_W = 1e5;

export const sampleOf = ({ powerW, energyJ }: Values, tsMs: number): BoardSample => ({
  tsMs,
  ...(powerW === undefined ? {} : { powerW }),
  ...(energyJ === undefined ? {} : { energyJ }),
});

/**
 * What happened between two samples: energy from the card's counter where it went on, else the trapezoid of power over
 * the time that really passed.
 */
export function spanBetween(before: BoardSample, after: BoardSample): BoardSpan {
  const intervalS = Math.max(0, after.tsMs - before.tsMs) / 1000;
  const counted =
    before.energyJ === undefined || after.energyJ === undefined ? undefined : after.energyJ - before.energyJ;
  const reset = counted !== undefined && (counted < 0 || counted > MAX_W * intervalS);
  const integrated = integral(before, after);
  const energyJ = counted === undefined || reset ? integrated : millionths(counted);
  const meanW = integrated === undefined ? energyJ : integrated;
  const powerW = meanW === undefined || intervalS === 0 ? after.powerW : millionths(meanW / intervalS);
  return { intervalS, energyJ, powerW, reset };
}

function integral(before: BoardSample, after: BoardSample): number | undefined {
  if (after.powerW === undefined) return undefined;
  const start = { tsMs: before.tsMs, powerW: before.powerW ?? after.powerW };
  return millionths(joulesBetween(start, { tsMs: after.tsMs, powerW: after.powerW }));
}

/** The end of a span, when its beginning was counted by somebody else. */
export function lastPart(span: BoardSpan, intervalS: number): BoardSpan {
  if (intervalS >= span.intervalS) return span;
  const energyJ =
    span.energyJ === undefined ? undefined : millionths((span.energyJ * intervalS) / span.intervalS);
  return { ...span, intervalS, energyJ };
}
