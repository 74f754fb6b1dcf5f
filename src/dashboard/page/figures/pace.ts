import type { Rates, Totals } from "../data/types.ts";
import { LIVE_MS } from "../view/range.ts";
import type { View } from "../view/view.ts";
import { type Pace, paceOfFigures, paceOfRates } from "./rate-formulas.ts";

/** The rates end with the last whole step, and may be ahead of a view that was stopped a moment ago. */
const AHEAD_MS = 90_000;

/**
 * What happens per time in a view: over the last minute where it shows the present, else the mean of its range.
 * Undefined when neither is known.
 */
export function paceOf(
  { range, stoppedMs }: Pick<View, "range" | "stoppedMs">,
  answer: Totals | undefined,
  rates: Rates | null | undefined,
  nowMs: number,
): Pace | undefined {
  const untilMs = stoppedMs ?? nowMs;
  const provenance = { tokens: answer?.totals.tokenQuality ?? [], gpus: answer?.totals.gpuQuality ?? [] };
  if (range.kind === "live" && rates) {
    const asOfMs = Date.parse(rates.asOf);
    if (asOfMs > untilMs - LIVE_MS && asOfMs < untilMs + AHEAD_MS) return paceOfRates(rates, provenance);
  }
  if (!answer || answer.from === null || answer.to === null) return undefined;
  return paceOfFigures(answer.totals, Date.parse(answer.from), Date.parse(answer.to));
}
