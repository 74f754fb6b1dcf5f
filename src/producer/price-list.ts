import type { ValueType } from "../support/setting-types.ts";
import type { PriceOverrides } from "../telemetry/prices.ts";

/** Prices by card: `H100=3.50,A100*80GB=2.10` in dollars per hour, or a mapping; the values are micro-dollars. */
export const priceList: ValueType<PriceOverrides> = {
  schema: { type: ["object", "string"], additionalProperties: { type: "number", minimum: 0 } },
  parse: (raw) => {
    const entries = typeof raw === "string" ? raw.split(",").map(pairOf) : Object.entries(raw ?? {});
    const prices = entries.map(([name, usd]) => [name.trim(), dollars(usd)] as const);
    const wrong = prices.find(([name, usd]) => name === "" || !(usd >= 0 && usd <= 10_000));
    if (prices.length === 0 || wrong || Array.isArray(raw))
      return { problem: "expected dollars per hour by card, such as H100=3.50,A100*80GB=2.10" };
    return { value: Object.fromEntries(prices.map(([name, usd]) => [name, Math.round(usd * 1e6)])) };
  },
  print: (prices) =>
    Object.entries(prices)
      .map(([name, microUsd]) => `${name}=${microUsd / 1e6}`)
      .join(","),
};

const pairOf = (text: string): [string, unknown] => {
  const at = text.lastIndexOf("=");
  return at < 0 ? ["", ""] : [text.slice(0, at), text.slice(at + 1)];
};
const dollars = (value: unknown): number =>
  /^\d+(\.\d+)?$/.test(String(value).trim()) ? Number(value) : Number.NaN;
