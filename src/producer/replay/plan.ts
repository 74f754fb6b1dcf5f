import type { Card } from "../cards.ts";
import { defaultCards } from "../cards.ts";
import { modelSourceId, replayId, runId, sourceIds } from "./identity.ts";
import type { ReplayOptions } from "./options.ts";
import { traceOptions } from "./options.ts";
import type { SkipReason } from "./row-problem.ts";
import { inputError } from "./row-problem.ts";
import type { Scan } from "./scan.ts";
import type { Span, Timing } from "./timing.ts";
import { planTiming } from "./timing.ts";

/** A loop is never shorter, so that a trace of one moment can be repeated. */
const MIN_PERIOD_MS = 1000;

/** Nobody recorded a longer trace; one wrong year in a file would have GPUs modelled for decades. */
const MAX_MODELLED_DAYS = 366;

/** Everything that is decided before the first event: pure, from the options and what the files hold. */
export type ReplayPlan = {
  readonly options: ReplayOptions;
  readonly scans: readonly Scan[];
  readonly id: string;
  readonly run: string;
  readonly sourceIds: readonly string[];
  readonly span: Span;
  readonly timing: Timing;
  /** The GPUs to model; absent when the traces have GPU data. */
  readonly modelled?: {
    readonly cards: readonly Card[];
    readonly sourceId: string;
    readonly host: string;
    readonly intervalS: number;
    readonly stepMs: number;
  };
  readonly contents: {
    readonly requests: number;
    readonly inputTokens: number;
    readonly outputTokens: number;
    readonly tokenEvents: number;
    readonly gpuEvents: number;
    readonly firstMs: number;
    readonly lastMs: number;
  };
  /** Events of one loop, those of modelled GPUs included. */
  readonly eventsPerLoop: number;
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
};

/** Decides about times, gaps and modelled GPUs of a replay from what the scans found. Pure. */
export function planReplay(options: ReplayOptions, scans: readonly Scan[]): ReplayPlan {
  const read = traceOptions(options);
  const ids = sourceIds(scans, read);
  const contents = contentsOf(scans);
  const stepMs = Math.round(read.sampleIntervalS * 1000);
  const cards = options.cards ?? defaultCards;
  const modelled =
    contents.gpuEvents > 0
      ? undefined
      : {
          cards,
          sourceId: modelSourceId(
            ids,
            options,
            cards.map(({ name }) => name),
          ),
          host: read.host,
          intervalS: read.sampleIntervalS,
          stepMs,
        };
  if (modelled) refuseEndless(scans, contents);
  const span = spanOf(contents, modelled ? stepMs : undefined);
  const readings = modelled ? (cards.length * (span.lastMs - span.firstMs)) / stepMs : 0;
  return {
    options,
    scans,
    id: replayId(modelled ? [...ids, modelled.sourceId] : ids),
    run: runId(options),
    sourceIds: ids,
    span,
    timing: planTiming(options, span),
    ...(modelled ? { modelled } : {}),
    contents,
    eventsPerLoop: contents.tokenEvents + contents.gpuEvents + readings,
    skipped: skippedOf(scans),
  };
}

function refuseEndless(scans: readonly Scan[], { firstMs, lastMs }: ReplayPlan["contents"]): void {
  const days = Math.ceil((lastMs - firstMs) / 86_400_000);
  if (days <= MAX_MODELLED_DAYS) return;
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  throw inputError(
    scans.map(({ trace }) => trace.file.label).join(", "),
    `GPUs cannot be modelled over ${days} days, from ${day(firstMs)} to ${day(lastMs)}; at most ${MAX_MODELLED_DAYS} can`,
    undefined,
    "look for a wrong year among the times, or replay files of different times one by one",
  );
}

/** With modelled GPUs the run begins and ends with whole intervals of theirs, so that all work falls into one. */
function spanOf({ firstMs, lastMs }: { firstMs: number; lastMs: number }, stepMs: number | undefined): Span {
  if (stepMs === undefined)
    return { firstMs, lastMs, periodMs: Math.max(MIN_PERIOD_MS, lastMs - firstMs), stepMs: 1 };
  const first = Math.floor(firstMs / stepMs) * stepMs;
  const last = (Math.floor(lastMs / stepMs) + 1) * stepMs;
  return { firstMs: first, lastMs: last, periodMs: last - first, stepMs };
}

function contentsOf(scans: readonly Scan[]): ReplayPlan["contents"] {
  const sum = (of: (scan: Scan) => number) => scans.reduce((total, scan) => total + of(scan), 0);
  return {
    requests: sum((scan) => scan.requests),
    inputTokens: sum((scan) => scan.inputTokens),
    outputTokens: sum((scan) => scan.outputTokens),
    tokenEvents: sum((scan) => scan.tokenEvents),
    gpuEvents: sum((scan) => scan.gpuEvents),
    firstMs: Math.min(...scans.map((scan) => scan.firstMs)),
    lastMs: Math.max(...scans.map((scan) => scan.lastMs)),
  };
}

function skippedOf(scans: readonly Scan[]): Partial<Record<SkipReason, number>> {
  const total: Partial<Record<SkipReason, number>> = {};
  for (const { skipped } of scans)
    for (const [reason, { count }] of skipped) total[reason] = (total[reason] ?? 0) + count;
  return total;
}
