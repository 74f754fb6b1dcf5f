import type { Price } from "../telemetry/prices.ts";
import { priceFor } from "../telemetry/prices.ts";

/** The price of a whole card per hour, by its product name. */
export type PriceOf = (model: string) => Price;

/** The price that was given, or the price book's, which is asked once per model. */
export function priceLookup(given: number | undefined): PriceOf {
  if (given !== undefined) return () => ({ microUsdPerHour: given, source: "config" });
  const known = new Map<string, Price>();
  return (model) => {
    const price = known.get(model) ?? priceFor(model);
    if (known.size < 1000) known.set(model, price);
    return price;
  };
}
