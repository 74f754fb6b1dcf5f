import book from "../../assets/prices/gpus.json" with { type: "json" };

/** One row of the price book: what holding one card for an hour costs at a list price. */
export type PriceRow = {
  /** Matches product names, ignoring case. The first row that matches counts. */
  readonly pattern: string;
  readonly microUsdPerHour: number;
  /** Month in which the price was looked up, `YYYY-MM`. */
  readonly asOf: string;
  readonly source: string;
};

/** Prices a user sets: part of a product name, or a pattern with `*`, to micro-USD per hour. */
export type PriceOverrides = Readonly<Record<string, number>>;

export type Price = {
  readonly microUsdPerHour: number;
  readonly source: "config" | "price-book" | "unknown";
};

export const priceBook: readonly PriceRow[] = book.prices;

/**
 * Price of one whole card per hour: the user's own, else the book's, else 0 with source `unknown`, never a guess.
 * Among overrides the longest match counts, so that `A100` and `A100*80GB` can stand side by side.
 */
export function priceFor(gpuModel: string, overrides: PriceOverrides = {}): Price {
  const own = Object.entries(overrides)
    .filter(([pattern]) => wildcard(pattern).test(gpuModel))
    .sort(([a], [b]) => b.length - a.length)[0];
  if (own) return { microUsdPerHour: own[1], source: "config" };
  const row = bookRow(gpuModel);
  return row
    ? { microUsdPerHour: row.microUsdPerHour, source: "price-book" }
    : { microUsdPerHour: 0, source: "unknown" };
}

/** The row of the book that a product name matches. */
export const bookRow = (gpuModel: string): PriceRow | undefined =>
  compiled.find(({ matcher }) => matcher.test(gpuModel))?.row;

const compiled = priceBook.map((row) => ({ row, matcher: new RegExp(row.pattern, "i") }));

const wildcard = (pattern: string): RegExp =>
  new RegExp(
    pattern
      .split("*")
      .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"))
      .join(".*"),
    "i",
  );
