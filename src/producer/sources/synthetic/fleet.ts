import type { Card } from "../../cards.ts";
import { servingCapacity } from "../../serving-capacity.ts";
import { peakLoad } from "./load-curve.ts";
import { inputTokens, meanTokens, outputTokens } from "./request-sizes.ts";

/** Some GPUs that serve one model, and the stream of requests they answer. */
export type Server = {
  readonly model: string;
  readonly cards: readonly Card[];
  /** Index of its first GPU on the host. */
  readonly firstIndex: number;
};

export type FleetOptions = {
  readonly models: readonly string[];
  /** Kinds of cards, used in turn. */
  readonly cards: readonly Card[];
  readonly ratePerS: number;
  /** GPUs in all; absent means as many as the rate needs. */
  readonly gpus?: number;
};

/** Busy share of an automatically sized fleet in the hour of the highest load. */
const BUSY_AT_PEAK = 0.8;
/** More GPUs would say nothing new; a higher rate keeps this many fully busy. */
const MAX_GPUS = 512;
/** Enough token streams to fill the partitions of a topic, few enough to keep a checkpoint small. */
const MAX_SERVERS = 16;

/** Servers with one kind of card each, and at least one server per model and per kind of card. */
export function planFleet(options: FleetOptions): Server[] {
  const { cards, models } = options;
  const least = roundUp(Math.max(cards.length, models.length), cards.length);
  const gpus = Math.max(least, options.gpus ?? roundUp(neededGpus(options), cards.length));
  const servers = Math.min(gpus, Math.max(least, roundUp(Math.min(gpus, MAX_SERVERS), cards.length)));
  let firstIndex = 0;
  return Array.from({ length: servers }, (_, at) => {
    const size = Math.floor(gpus / servers) + (at < gpus % servers ? 1 : 0);
    const server = {
      model: models[at % models.length]!,
      cards: Array.from({ length: size }, () => cards[at % cards.length]!),
      firstIndex,
    };
    firstIndex += size;
    return server;
  });
}

/** Requests per second that a card serves when it is fully busy. */
export function requestsPerS(card: Card): number {
  const { prefillTokensPerS, decodeTokensPerS } = servingCapacity(card);
  return 1 / (meanTokens(inputTokens) / prefillTokensPerS + meanTokens(outputTokens) / decodeTokensPerS);
}

function neededGpus({ cards, ratePerS }: FleetOptions): number {
  const perCard = cards.reduce((sum, card) => sum + requestsPerS(card), 0) / cards.length;
  return Math.min(MAX_GPUS, Math.ceil((ratePerS * peakLoad) / (perCard * BUSY_AT_PEAK)));
}

const roundUp = (value: number, step: number): number => Math.ceil(value / step) * step;
