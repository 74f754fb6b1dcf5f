import { eventId, streamPrefix } from "../../telemetry/event-id.ts";
import type { PriceOf } from "../gpu-price.ts";
import type { Join } from "../join/join.ts";
import { joinGpu } from "../join/rules.ts";
import type { Page } from "../scrape/scrape.ts";
import type { Reading, Tracker } from "../scrape/source.ts";
import type { SourcedEvent, SourceMeters } from "../source.ts";
import { dcgmEvent, placeOf } from "./event.ts";
import { isDcgmMetric } from "./fields.ts";
import { missingFields, remarksOn } from "./health.ts";
import { type Card, cardsOf } from "./page.ts";
import { sharesOf } from "./shares.ts";
import { type BoardSample, type BoardSpan, lastPart, sampleOf, spanBetween } from "./span.ts";
import { createUnits } from "./units.ts";

export type DcgmTrackerOptions = {
  /** Name of the source. */
  readonly name: string;
  readonly url: string;
  /** Machine that the cards belong to when the page does not say. */
  readonly host: string;
  /** A new one for each run that does not go on. */
  readonly bootId: string;
  readonly maxGapMs: number;
  readonly join: Join;
  readonly priceOf: PriceOf;
  readonly meters: () => SourceMeters | undefined;
};

/** A GPU that does not come back is talked of for this long. */
const FORGET_MS = 24 * 3_600_000;

type State = {
  readonly boot: string;
  readonly seq: number;
  readonly boards: Readonly<Record<string, BoardSample>>;
};

/**
 * Follows the cards of one DCGM exporter from page to page. A card counts from its second page on; one that is gone from
 * a page counts no further, and one whose endpoint was away counts for the time in between when that was short.
 */
export function dcgmTracker(options: DcgmTrackerOptions): Tracker {
  const { name, url, join } = options;
  const units = createUnits();
  const gone = new Map<string, { readonly sinceMs: number }>();
  const countedBy = new Map<string, string>();
  let boards = new Map<string, BoardSample>();
  let boot = options.bootId;
  let seq = 0;

  const eventsOf = (card: Card, span: BoardSpan, nowMs: number): SourcedEvent[] =>
    sharesOf(card).flatMap((share) => {
      const workloads = share.part?.workloads.length ? share.part.workloads : [undefined];
      return workloads.map((workload) => {
        const envelope = {
          event_id: eventId(streamPrefix(name, boot, "gpu"), seq),
          ts: new Date(nowMs).toISOString(),
          ...{ source: "dcgm", source_id: name, boot_id: boot, seq: seq++ },
        };
        const subject = { card, span, share, workload, sharedBy: workloads.length };
        const facts = { rules: join.rules, endpoint: url, price: options.priceOf(card.model) };
        return { kind: "gpu" as const, event: dcgmEvent(subject, envelope, facts), dueMs: 0 };
      });
    });

  /** The span of a card that this source has to count, if any. */
  const countable = (card: Card, sample: BoardSample): BoardSpan | undefined => {
    const before = boards.get(card.gpu);
    const isNext = before !== undefined && sample.tsMs - before.tsMs <= options.maxGapMs;
    const fromMs = isNext ? before.tsMs : sample.tsMs;
    const span = spanBetween(isNext ? before : sample, sample);
    if (span.reset) options.meters()?.reset();
    const claim = { gpu: card.gpu, source: name, fromMs, toMs: sample.tsMs };
    const ruling = join.owners.claim({ ...claim, energyCounter: sample.energyJ !== undefined });
    if (!ruling.counts) {
      countedBy.set(card.gpu, ruling.by);
      return undefined;
    }
    countedBy.delete(card.gpu);
    const intervalS = (sample.tsMs - ruling.fromMs) / 1000;
    return intervalS > 0 ? lastPart(span, intervalS) : undefined;
  };

  const noteGone = (cards: readonly Card[], nowMs: number): void => {
    const here = new Set(cards.map(({ gpu }) => gpu));
    for (const [gpu] of boards)
      if (!here.has(gpu)) {
        join.owners.release(name, gpu);
        countedBy.delete(gpu);
        gone.set(gpu, { sinceMs: nowMs });
      }
    for (const [gpu, { sinceMs }] of gone) if (here.has(gpu) || nowMs - sinceMs > FORGET_MS) gone.delete(gpu);
  };

  return {
    page: "DCGM exporter",
    wanted: isDcgmMetric,
    read: (page: Page, nowMs: number): Reading => {
      const cards = cardsOf(page.samples, units, options.host);
      noteGone(cards, nowMs);
      const events: SourcedEvent[] = [];
      const next = new Map<string, BoardSample>();
      for (const card of cards) {
        const sample = sampleOf(card.board, nowMs);
        const span = countable(card, sample);
        if (span) events.push(...eventsOf(card, span, nowMs));
        next.set(card.gpu, sample);
      }
      boards = next;
      join.directory.saw(
        name,
        cards.flatMap((card) => knownGpus(card, options)),
      );
      const missing = missingFields(cards);
      options.meters()?.missing(missing);
      for (const [field, values] of units.rescaled()) options.meters()?.rescaled(field, values);
      return {
        events,
        summary: `${cards.length} ${cards.length === 1 ? "GPU" : "GPUs"}`,
        remarks: remarksOn({ gone, countedBy, missing, nowMs }),
      };
    },
    failed: () => join.owners.release(name),
    state: (): State => ({ boot, seq, boards: Object.fromEntries(boards) }),
    restore: (kept) => {
      if (!isState(kept)) return;
      boot = kept.boot;
      seq = kept.seq;
      boards = new Map(Object.entries(kept.boards));
    },
  };
}

const isState = (kept: unknown): kept is State =>
  typeof (kept as State)?.boot === "string" &&
  Number.isInteger((kept as State).seq) &&
  typeof (kept as State).boards === "object";

/** A card once for each pod on it, so that tokens of a pod find it. */
function knownGpus(card: Card, { join, url }: DcgmTrackerOptions) {
  const workloads = card.parts.flatMap((part) => part.workloads);
  return (workloads.length > 0 ? workloads : [undefined]).map((workload) => ({
    gpu: card.gpu,
    host: card.host,
    servedModel: joinGpu(join.rules, placeOf(card, workload, url)).servedModel,
    pod: workload?.pod,
    namespace: workload?.namespace,
  }));
}
