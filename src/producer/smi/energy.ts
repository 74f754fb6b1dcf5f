import { joulesBetween } from "../../telemetry/energy.ts";
import { millionths } from "../known.ts";
import type { SmiSample } from "./sample.ts";

/** No card draws more, so a larger figure is a counter that jumped. */
const MAX_W = 1e5;

/**
 * Joules between two samples: the difference of the card's energy counter where there is one and it did not restart,
 * else the trapezoid of power over the real times; undefined when the log knows neither.
 */
export function energyBetween(before: SmiSample, after: SmiSample): number | undefined {
  const seconds = (after.tsMs - before.tsMs) / 1000;
  const [from, to] = [before.numbers.energyJ, after.numbers.energyJ];
  if (from !== undefined && to !== undefined && to >= from && to - from <= MAX_W * seconds)
    return millionths(to - from);
  const watts = after.numbers.powerW;
  if (watts === undefined) return undefined;
  const start = { tsMs: before.tsMs, powerW: before.numbers.powerW ?? watts };
  return millionths(joulesBetween(start, { tsMs: after.tsMs, powerW: watts }));
}
