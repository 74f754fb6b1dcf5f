import type { CardState } from "./card.ts";
import type { ListedGpu, Listing } from "./listing.ts";
import { shareOut } from "./mig.ts";
import type { SmiLine } from "./row.ts";
import { smiLineReader } from "./row.ts";
import { gpuIdentity } from "./sample.ts";
import type { SampleTimes } from "./sample-time.ts";
import { createSampleTimes } from "./sample-time.ts";
import type { SpanOptions, TimedSpan } from "./spans.ts";
import { createSpanMeter } from "./spans.ts";

export type CardSpan = { readonly card: CardState; readonly span: TimedSpan };

export type SmiReaderOptions = SpanOptions & {
  readonly host: string;
  /** A card that has had no row for this long, while others have, is gone, ms. */
  readonly goneMs: number;
  /** The energy counter of a card began again. */
  readonly onReset?: () => void;
  /** The first sample of a card, or the first one after an interruption. */
  readonly onBaseline?: (card: CardState, atMs: number) => void;
  /** A card stopped counting. */
  readonly onTrouble?: (card: CardState) => void;
};

/** Follows all cards of a machine through the rows of nvidia-smi, over its restarts. */
export type SmiReader = {
  /** nvidia-smi begins to print rows with these columns. */
  begin(query: readonly string[], listing: Listing): void;
  /** The cards, and how those with MIG are divided. */
  listed(listing: Listing): void;
  /** One line that arrived now, and the spans it ends. With `hold` spans grow, because nobody takes them. */
  line(text: string, nowMs: number, hold?: boolean): { readonly kind: SmiLine["kind"]; spans: CardSpan[] };
  /** What was measured so far; what comes next begins anew. */
  end(): CardSpan[];
  readonly cards: readonly CardState[];
  /** How far the clock of nvidia-smi is ahead of ours, ms. */
  offsetMs(): number | undefined;
  /** Rows that could not be read, and what was wrong with the last one. */
  broken(): { readonly rows: number; readonly last: string | undefined };
};

/** What a row says of a card that is gone though it still has a row. */
const LOST = /lost|requires reset|fallen off/i;

/** Reads the lines of one nvidia-smi into spans, one per card and sample interval. */
export function createSmiReader(options: SmiReaderOptions): SmiReader {
  const cards = new Map<string, CardState>();
  let read: (line: string) => SmiLine = () => ({ kind: "talk" });
  let times: SampleTimes = createSampleTimes();
  let byIndex = new Map<number, ListedGpu>();
  let brokenRows = 0;
  let lastProblem: string | undefined;

  const cardOf = (gpu: string, index: number, model: string): CardState => {
    const known = cards.get(gpu);
    if (known?.index === index) return known;
    const card: CardState = {
      ...{
        gpu,
        index,
        model,
        last: undefined,
        seenMs: 0,
        trouble: undefined,
        remark: undefined,
        isDivided: false,
      },
      parts: shareOut(model, byIndex.get(index)?.instances ?? []),
      meter: createSpanMeter(gpu, index, options, options.onReset),
    };
    cards.set(gpu, card);
    return card;
  };
  const endOf = (card: CardState): CardSpan[] => card.meter.end().map((span) => ({ card, span }));
  const stop = (card: CardState, said: string, nowMs: number): CardSpan[] => {
    const spans = endOf(card);
    const isNew = card.trouble === undefined;
    if (card.trouble?.said !== said) card.trouble = { said, sinceMs: card.trouble?.sinceMs ?? nowMs };
    if (isNew) options.onTrouble?.(card);
    return spans;
  };
  const listed = (listing: Listing): void => {
    byIndex = new Map(listing.gpus.map((gpu) => [gpu.index, gpu]));
    for (const card of cards.values()) {
      const instances = listing.gpus.find(({ uuid }) => uuid === card.gpu)?.instances;
      if (instances) card.parts = shareOut(card.model, instances);
    }
  };
  const row = (line: SmiLine & { kind: "row" }, nowMs: number, hold: boolean): CardSpan[] => {
    const { reading, printedMs, said } = line;
    const { numbers, texts } = reading;
    const inList = byIndex.get(reading.index ?? -1);
    const gpu = texts.uuid ?? inList?.uuid ?? gpuIdentity(reading, options.host);
    const model = texts.model ?? inList?.model ?? cards.get(gpu)?.model ?? "unknown GPU";
    const card = cardOf(gpu, reading.index ?? cards.get(gpu)?.index ?? 0, model);
    const tells = [numbers.utilization, numbers.memUsedBytes, numbers.powerW].some(
      (one) => one !== undefined,
    );
    const lost = said.find((words) => LOST.test(words)) ?? (tells ? undefined : said[0]);
    if (lost !== undefined) return stop(card, lost, nowMs);
    card.trouble = undefined;
    card.remark = said[0];
    card.model = model;
    card.seenMs = nowMs;
    card.last = reading;
    card.isDivided = texts.migMode?.toLowerCase() === "enabled";
    const tsMs = times.at(nowMs, printedMs);
    if (card.meter.lastMs === undefined) options.onBaseline?.(card, tsMs);
    const named = { ...reading, texts: { ...texts, model } };
    return card.meter.add({ ...named, tsMs }, hold).map((span) => ({ card, span }));
  };

  return {
    listed,
    begin: (query, listing) => {
      read = smiLineReader(query);
      times = createSampleTimes();
      listed(listing);
    },
    line: (text, nowMs, hold = false) => {
      const line = read(text);
      if (line.kind === "broken") {
        brokenRows += 1;
        lastProblem = line.problem;
      }
      if (line.kind !== "row") return { kind: line.kind, spans: [] };
      const spans = row(line, nowMs, hold);
      for (const card of cards.values())
        if (card.trouble === undefined && card.seenMs > 0 && nowMs - card.seenMs > options.goneMs)
          spans.push(...stop(card, "it has no row any more", nowMs));
      return { kind: "row", spans };
    },
    end: () => [...cards.values()].flatMap(endOf),
    get cards() {
      return [...cards.values()].sort((a, b) => a.index - b.index);
    },
    offsetMs: () => times.offsetMs(),
    broken: () => ({ rows: brokenRows, last: lastProblem }),
  };
}
