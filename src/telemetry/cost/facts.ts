import type { RollupRow } from "../../store/port.ts";
import { compareText } from "./order.ts";
import { dimension, hourOf, tokensOf } from "./pool.ts";

/** A GPU as people know it, and when that was last seen, ms since the epoch. */
export type Card = { readonly name: string; readonly seenMs: number };

/** What a report tells besides figures, kept so that the facts of several spans of whole clock hours can be joined. */
export type Facts = {
  /** By GPU: model and host, where it was seen last. */
  readonly cards: Map<string, Card>;
  /** By GPU model that was held: whether any of its time had a price. */
  readonly priced: Map<string, boolean>;
  hasGpu: boolean;
  hasTokenEvents: boolean;
  tokens: number;
  /** Tokens in hours in which no GPU had a reading. */
  tokensWithoutGpu: number;
  oldestMs: number;
  newestMs: number;
};

export const noFacts = (): Facts => ({
  cards: new Map(),
  priced: new Map(),
  hasGpu: false,
  hasTokenEvents: false,
  tokens: 0,
  tokensWithoutGpu: 0,
  oldestMs: Number.POSITIVE_INFINITY,
  newestMs: Number.NEGATIVE_INFINITY,
});

/** What notes of a report rest on. Pure. */
export function factsOf(rows: readonly RollupRow[]): Facts {
  const facts = noFacts();
  const held = new Set<number>();
  for (const row of rows) {
    facts.oldestMs = Math.min(facts.oldestMs, row.oldestMs);
    facts.newestMs = Math.max(facts.newestMs, row.newestMs);
    if (row.kind !== "gpu") continue;
    facts.hasGpu = true;
    held.add(hourOf(row.bucketMs ?? 0));
    const model = dimension(row, "gpuModel");
    addCard(facts, dimension(row, "gpu"), {
      name: `${model} on ${dimension(row, "host")}`,
      seenMs: row.newestMs,
    });
    if (row.sums.heldMs > 0)
      facts.priced.set(model, (facts.priced.get(model) ?? false) || row.sums.costNanoUsd > 0);
  }
  for (const row of rows) {
    if (row.kind !== "token") continue;
    const tokens = tokensOf(row.sums);
    facts.hasTokenEvents = true;
    facts.tokens += tokens;
    if (!held.has(hourOf(row.bucketMs ?? 0))) facts.tokensWithoutGpu += tokens;
  }
  return facts;
}

/** The newest counts, whatever the order; of two at the same moment one that is always the same. */
function addCard({ cards }: Facts, gpu: string, card: Card): void {
  const held = cards.get(gpu);
  if (held && (held.seenMs - card.seenMs || compareText(held.name, card.name)) >= 0) return;
  cards.set(gpu, card);
}

/** Adds the facts of other clock hours. */
export function addFacts(into: Facts, more: Facts): void {
  for (const [gpu, card] of more.cards) addCard(into, gpu, card);
  for (const [model, priced] of more.priced)
    into.priced.set(model, (into.priced.get(model) ?? false) || priced);
  into.hasGpu ||= more.hasGpu;
  into.hasTokenEvents ||= more.hasTokenEvents;
  into.tokens += more.tokens;
  into.tokensWithoutGpu += more.tokensWithoutGpu;
  into.oldestMs = Math.min(into.oldestMs, more.oldestMs);
  into.newestMs = Math.max(into.newestMs, more.newestMs);
}
