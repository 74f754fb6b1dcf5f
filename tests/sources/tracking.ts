import { type DcgmTrackerOptions, dcgmTracker } from "../../src/producer/dcgm/tracker.ts";
import type { PriceOf } from "../../src/producer/gpu-price.ts";
import { createJoin, type Join } from "../../src/producer/join/join.ts";
import type { JoinRule } from "../../src/producer/join/rules.ts";
import { parseLine } from "../../src/producer/scrape/exposition.ts";
import type { Page } from "../../src/producer/scrape/scrape.ts";
import type { Tracker } from "../../src/producer/scrape/source.ts";
import type { SourceMeters } from "../../src/producer/source.ts";
import { type VllmTrackerOptions, vllmTracker } from "../../src/producer/vllm/tracker.ts";
import type { GpuEvent, TelemetryEvent, TokenEvent } from "../../src/telemetry/events.ts";

/** Start of the first minute of tests, a whole hour. */
export const START_MS = Date.UTC(2026, 5, 1, 12);

/** What a scrape of this text gives. */
export function scraped(text: string, wanted: (name: string) => boolean): Page {
  const lines = text.split("\n").map((line) => parseLine(line, wanted));
  const samples = lines.filter((line) => typeof line === "object");
  return { samples, bytes: text.length, seen: samples.length };
}

/** A tracker that is shown texts at times. */
export const shown =
  (tracker: Tracker) =>
  (text: string, atMs: number): { events: TelemetryEvent[]; summary: string; remarks: readonly string[] } => {
    const { events, ...rest } = tracker.read(scraped(text, tracker.wanted), atMs);
    return { ...rest, events: events.map(({ event }) => event) };
  };

/** Meters that remember what was counted. */
export function notedMeters() {
  const noted = {
    resets: 0,
    rescaled: {} as Record<string, number>,
    missing: [] as string[],
    failed: [] as string[],
  };
  const meters: SourceMeters = {
    timed: () => {},
    failed: (reason) => void noted.failed.push(reason),
    reset: (counters = 1) => {
      noted.resets += counters;
    },
    rescaled: (field, values = 1) => {
      noted.rescaled[field] = (noted.rescaled[field] ?? 0) + values;
    },
    missing: (fields) => {
      noted.missing = [...fields];
    },
  };
  return { noted, meters };
}

export type DcgmRig = {
  readonly join?: Join;
  readonly name?: string;
  readonly rules?: readonly JoinRule[];
} & Partial<DcgmTrackerOptions>;
const flatPrice: PriceOf = () => ({ microUsdPerHour: 3_600_000, source: "config" });

/** A tracker of a DCGM exporter at 3.60 $/h and what it noted. */
export function dcgmRig(own: DcgmRig = {}) {
  const { noted, meters } = notedMeters();
  const tracker = dcgmTracker({
    ...{
      name: "dcgm http://gpu:9400/metrics",
      url: "http://gpu:9400/metrics",
      host: "gpu",
      bootId: "boot-1",
    },
    ...{ maxGapMs: 300_000, join: own.join ?? createJoin(own.rules ?? [], []), priceOf: flatPrice },
    meters: () => meters,
    ...own,
  });
  const show = shown(tracker);
  return {
    tracker,
    noted,
    show: (text: string, seconds: number) => {
      const { events, ...rest } = show(text, START_MS + seconds * 1000);
      return { ...rest, events: events as GpuEvent[] };
    },
  };
}

/** A tracker of a vLLM or SGLang server and what it noted. */
export function vllmRig(own: { readonly rules?: readonly JoinRule[] } & Partial<VllmTrackerOptions> = {}) {
  const { noted, meters } = notedMeters();
  const join = own.join ?? createJoin(own.rules ?? [], []);
  const tracker = vllmTracker({
    ...{
      name: "vllm http://llm:8000/metrics",
      url: "http://llm:8000/metrics",
      host: "llm",
      bootId: "boot-1",
    },
    ...{ join, meters: () => meters },
    ...own,
  });
  const show = shown(tracker);
  return {
    ...{ tracker, noted, join },
    show: (text: string, seconds: number) => {
      const { events, ...rest } = show(text, START_MS + seconds * 1000);
      return { ...rest, events: events as TokenEvent[] };
    },
  };
}
