import { createHash } from "node:crypto";
import type { Card } from "./cards.ts";
import { powerW } from "./gpu-power.ts";
import type { LlmShape } from "./serving-capacity.ts";
import { servingCapacity } from "./serving-capacity.ts";

/** One modelled GPU over one interval that ends at `tsMs`. */
export type GpuReading = {
  readonly tsMs: number;
  readonly intervalS: number;
  readonly host: string;
  readonly index: number;
  readonly uuid: string;
  readonly card: Card;
  /** Busy share of the interval, 0..1. */
  readonly utilization: number;
  readonly powerW: number;
  readonly energyJ: number;
  readonly memUsedBytes: number;
  readonly memTotalBytes: number;
  readonly priceMicroUsdPerHour: number;
  /** The price was given by the user; otherwise it is the card's own. */
  readonly priceGiven: boolean;
};

/** Everything the model remembers; a model made with it goes on where the other one was. Plain JSON. */
export type GpuModelState = {
  /** End of the last interval that was read; absent before the first one. */
  readonly readMs?: number;
  /** Up to when there is work to read, queued work aside. */
  readonly newestMs?: number;
  /** Work per interval not read yet, in seconds of the whole fleet, by the start of the interval. */
  readonly work: readonly (readonly [startMs: number, seconds: number])[];
  /** Work that found no capacity yet. */
  readonly queuedS: number;
};

export type GpuModelOptions = {
  readonly cards: readonly Card[];
  readonly host: string;
  /** Seconds between two readings of a card. Intervals start at multiples of it since the epoch. */
  readonly intervalS: number;
  /** Part of the GPU identities only: two fleets with different seeds have different GPUs. */
  readonly seed?: number;
  /** Instead of the price of each card. */
  readonly priceMicroUsdPerHour?: number;
  /** Index of the first card on the host. */
  readonly firstIndex?: number;
  readonly llm?: LlmShape;
  /** The cards are held from here on, even when no token has come yet. Default: from the first token. */
  readonly startMs?: number;
  readonly state?: GpuModelState;
};

export type GpuModel = {
  /**
   * Adds tokens at a time. Times need not be in order; what is older than the last reading is counted in the next
   * one, so no work is ever lost.
   */
  observe(tsMs: number, inputTokens: number, outputTokens: number): void;
  /** Readings of all intervals that end at or before `tsMs` and were not read yet, by time and then by card. */
  readingsUntil(tsMs: number): GpuReading[];
  /** Readings up to the end of the interval in which the last work ends. */
  finish(): GpuReading[];
  state(): GpuModelState;
  /** Identities of the cards, in order. */
  readonly uuids: readonly string[];
};

/** Identity of a modelled GPU: the same for the same seed, host, index and card. */
export function modelledUuid(seed: number, host: string, index: number, card: string): string {
  const hex = createHash("sha256")
    .update(JSON.stringify([seed, host, index, card]))
    .digest("hex");
  return `GPU-${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/**
 * GPUs that follow the tokens. It is a model, not a measurement:
 *
 * - the cards share the tokens of an interval in proportion to their capacity (`servingCapacity`), so all are equally
 *   busy: utilisation = min(1, (input / prefill capacity + output / decode capacity) / interval);
 * - work beyond capacity waits for the next interval, as in a server's queue;
 * - power follows utilisation (`powerW`), energy is power × interval;
 * - memory is the weights plus the busy share of the memory for keys and values.
 */
export function createGpuModel(options: GpuModelOptions): GpuModel {
  const { host, seed = 0, firstIndex = 0 } = options;
  const stepMs = Math.max(1, Math.round(options.intervalS * 1000));
  const floorMs = (ms: number) => Math.floor(ms / stepMs) * stepMs;
  const fleet = options.cards.map((card, at) => ({
    card,
    index: firstIndex + at,
    uuid: modelledUuid(seed, host, firstIndex + at, card.name),
    capacity: servingCapacity(card, options.llm),
  }));
  const prefill = fleet.reduce((sum, { capacity }) => sum + capacity.prefillTokensPerS, 0);
  const decode = fleet.reduce((sum, { capacity }) => sum + capacity.decodeTokensPerS, 0);

  const work = new Map<number, number>(options.state?.work ?? []);
  let queuedS = options.state?.queuedS ?? 0;
  let newestMs = options.state?.newestMs;
  let readMs =
    options.state?.readMs ?? (options.startMs === undefined ? undefined : floorMs(options.startMs));

  const readCard = (at: (typeof fleet)[number], tsMs: number, utilization: number): GpuReading => {
    const memTotalBytes = at.card.memTotalMib * 1024 ** 2;
    const used = at.capacity.weightBytes + at.capacity.kvBytes * utilization;
    const watts = thousandths(powerW(at.card, utilization));
    return {
      tsMs,
      intervalS: stepMs / 1000,
      host,
      index: at.index,
      uuid: at.uuid,
      card: at.card,
      utilization,
      powerW: watts,
      energyJ: thousandths((watts * stepMs) / 1000),
      memUsedBytes: Math.min(memTotalBytes, Math.round(used)),
      memTotalBytes,
      priceMicroUsdPerHour: options.priceMicroUsdPerHour ?? at.card.priceMicroUsdPerHour,
      priceGiven: options.priceMicroUsdPerHour !== undefined,
    };
  };

  const readingsUntil = (tsMs: number): GpuReading[] => {
    const readings: GpuReading[] = [];
    if (readMs === undefined && work.size > 0) readMs = Math.min(...work.keys());
    while (readMs !== undefined && readMs + stepMs <= tsMs) {
      const dueS = queuedS + (work.get(readMs) ?? 0);
      work.delete(readMs);
      readMs += stepMs;
      const utilization = Math.min(1, dueS / (stepMs / 1000));
      queuedS = Math.max(0, dueS - stepMs / 1000);
      for (const at of fleet) readings.push(readCard(at, readMs, millionths(utilization)));
    }
    return readings;
  };

  return {
    observe: (tsMs, inputTokens, outputTokens) => {
      const startMs = Math.max(floorMs(tsMs), readMs ?? Number.NEGATIVE_INFINITY);
      const seconds = inputTokens / prefill + outputTokens / decode;
      work.set(startMs, (work.get(startMs) ?? 0) + seconds);
      newestMs = Math.max(newestMs ?? tsMs, tsMs, startMs);
    },
    readingsUntil,
    finish: () => {
      if (newestMs === undefined) return [];
      const readings = readingsUntil(floorMs(newestMs) + stepMs);
      while (queuedS > 0) readings.push(...readingsUntil(readMs! + stepMs));
      return readings;
    },
    state: () => ({
      ...(readMs === undefined ? {} : { readMs }),
      ...(newestMs === undefined ? {} : { newestMs }),
      work: [...work],
      queuedS,
    }),
    uuids: fleet.map(({ uuid }) => uuid),
  };
}

const thousandths = (value: number): number => Math.round(value * 1e3) / 1e3;
const millionths = (value: number): number => Math.round(value * 1e6) / 1e6;
