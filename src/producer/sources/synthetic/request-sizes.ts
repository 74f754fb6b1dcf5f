import { normal } from "../../random.ts";

/**
 * Tokens per request are log-normal. Location and scale are the mean and standard deviation of the logarithms in the
 * Azure LLM inference trace 2023, conversation (19,366 requests, CC-BY 4.0; Patel et al., "Splitwise", ISCA 2024);
 * the largest value is the largest in that trace. The two directions are drawn independently: their logarithms
 * correlate with 0.09 only.
 */
export const inputTokens = { location: 6.6333, scale: 0.9852, largest: 14_050 } as const;
export const outputTokens = { location: 5.019, scale: 0.859, largest: 1_000 } as const;

type Distribution = { readonly location: number; readonly scale: number; readonly largest: number };

/** Mean before the largest value cuts the tail: exp(location + scale² / 2). */
export const meanTokens = ({ location, scale }: Distribution): number => Math.exp(location + scale ** 2 / 2);

/** Tokens of one request, multiplied by `load`: a whole number of at least one. */
export function drawTokens(
  of: Distribution,
  load: number,
  seed: number,
  position: number,
  purpose: number,
): number {
  const drawn = Math.round(load * Math.exp(of.location + of.scale * normal(seed, position, purpose)));
  return Math.min(of.largest, Math.max(1, drawn));
}
