import { eventId, streamPrefix } from "../../telemetry/event-id.ts";
import type { GpuEvent } from "../../telemetry/events.ts";
import type { PriceOf } from "../gpu-price.ts";
import type { Join } from "../join/join.ts";
import { joinGpu } from "../join/rules.ts";
import type { CardState } from "./card.ts";
import { eventsOfCard, lastPartOf } from "./card-events.ts";
import type { CardSpan } from "./reader.ts";

export type CardCounterOptions = {
  /** Name of the source among those that may see the same cards. */
  readonly source: string;
  readonly host: string;
  readonly priceOf: PriceOf;
  readonly join: Pick<Join, "rules" | "owners" | "directory">;
};

/** Turns spans of cards into events, unless another source counts the card. */
export type CardCounter = {
  /** A new run of nvidia-smi begins, and with it the numbers of events. */
  boot(id: string): void;
  /** A card is seen for the first time, or again; from here on it may be counted. */
  begin(gpu: string, atMs: number): void;
  count(spans: readonly CardSpan[]): GpuEvent[];
  /** Tells the other sources which cards there are. */
  show(cards: readonly CardState[]): void;
  /** Cards that another source counts, by its name. */
  readonly countedBy: ReadonlyMap<string, string>;
};

/** Turns spans into events, and leaves out cards that another source counts. */
export function createCardCounter({ source, host, priceOf, join }: CardCounterOptions): CardCounter {
  const { rules, owners, directory } = join;
  const sourceId = `nvidia-smi/${host}`;
  const countedBy = new Map<string, string>();
  let boot = { id: "", prefix: "", seq: 0 };

  /** From when on the span is ours to count; undefined when it is somebody else's. */
  const claim = (gpu: string, fromMs: number, toMs: number, energyCounter: boolean): number | undefined => {
    const ruling = owners.claim({ gpu, source, energyCounter, fromMs, toMs });
    if (ruling.counts) countedBy.delete(gpu);
    else countedBy.set(gpu, ruling.by);
    return ruling.counts ? ruling.fromMs : undefined;
  };
  const eventsOf = ({ card, span }: CardSpan): GpuEvent[] => {
    const fromMs = claim(card.gpu, span.fromMs, span.toMs, span.hasCounter);
    const mine = fromMs === undefined ? undefined : lastPartOf(span, fromMs);
    if (mine === undefined) return [];
    const envelope = () => ({
      event_id: eventId(boot.prefix, boot.seq),
      ts: new Date(mine.toMs).toISOString(),
      ...{ source: "nvidia-smi", source_id: sourceId, boot_id: boot.id, seq: boot.seq++, host },
    });
    return eventsOfCard({ card, span: mine }, { host, rules, envelope, price: priceOf(card.model) });
  };

  return {
    countedBy,
    boot: (id) => {
      boot = { id, prefix: streamPrefix(sourceId, id, "gpu"), seq: 0 };
    },
    begin: (gpu, atMs) => void claim(gpu, atMs, atMs, false),
    count: (spans) => spans.flatMap(eventsOf),
    show: (cards) => {
      const known = cards.filter(({ trouble }) => trouble === undefined);
      directory.saw(
        source,
        known.map(({ gpu, index }) => {
          const { servedModel } = joinGpu(rules, { host, gpu, index });
          return { gpu, host, servedModel };
        }),
      );
    },
  };
}
