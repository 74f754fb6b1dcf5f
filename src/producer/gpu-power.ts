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
