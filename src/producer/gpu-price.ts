import type { Price, PriceOverrides } from "../telemetry/prices.ts";
import { priceFor } from "../telemetry/prices.ts";

/** The price of a whole card per hour, by its product name. */
export type PriceOf = (model: string) => Price;

/**
 * The price that was given for the card, else the one given for all, else the price book's; asked once per model.
 *
 * @param given micro-dollars per hour for every card that `own` does not name
 */
export function priceLookup(given: number | undefined, own?: PriceOverrides): PriceOf {
  const known = new Map<string, Price>();
  return (model) => {
    const price = known.get(model) ?? priceOf(model, given, own);
    if (known.size < 1000) known.set(model, price);
    return price;
  };
}

function priceOf(model: string, given: number | undefined, own: PriceOverrides | undefined): Price {
  const price = priceFor(model, own);
  return given === undefined || price.source === "config"
    ? price
    : { microUsdPerHour: given, source: "config" };
}
