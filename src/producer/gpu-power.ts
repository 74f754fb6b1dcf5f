import type { Card } from "./cards.ts";

/**
 * Power rises fast at first and flattens near saturation. Exponent and form: Özcan et al., "Quantifying the Energy
 * Consumption and Carbon Emissions of LLM Inference via Simulations", arXiv 2507.11417.
 */
const POWER_EXPONENT = 0.7;

/** Modelled average watts at a utilisation from 0 to 1: idle + (limit − idle) × utilisation^0.7. */
export function powerW(card: Pick<Card, "idleW" | "tdpW">, utilization: number): number {
  return card.idleW + (card.tdpW - card.idleW) * utilization ** POWER_EXPONENT;
}

/**
 * Draw of a card that does nothing, as a share of its limit: 8 to 11 % on an RTX 4080 SUPER, an H100 and an H200, as
 * nvidia-smi 590 and 595 show them without work.
 */
const IDLE_SHARE = 0.1;

/** The same line read backwards, for a card that tells its power and not its utilisation: 0 to 1. A rough estimate. */
export function utilizationOf(drawnW: number, limitW: number): number {
  const idleW = limitW * IDLE_SHARE;
  if (drawnW <= idleW) return 0;
  return Math.min(1, ((drawnW - idleW) / (limitW - idleW)) ** (1 / POWER_EXPONENT));
}
