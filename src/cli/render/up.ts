import type { LocalPipeline } from "../../local/pipeline.ts";
import type { Up } from "../../local/up.ts";
import type { Clock } from "../../support/clock.ts";
import { formatCount } from "../../support/format.ts";
import type { Io } from "../io.ts";
import type { StoreChoice } from "../store-choice.ts";

type Counts = ReturnType<LocalPipeline["counts"]>;

/** What a person needs to know once everything runs. */
export function started({ sources, pipeline, resumed }: Up, data: string, store: StoreChoice): string[] {
  return [
    ...sources.map((source) => `${resumed ? "going on with" : "source"}: ${source.describe()}`),
    ...sources.flatMap((source) => source.notes ?? []).map((note) => `note: ${note}`),
    `data:   ${data}`,
    ...(store.kind === "mongo" ? [`store:  MongoDB ${store.name}`] : []),
    `open:   ${pipeline.url.href}`,
  ];
}

/** Where the pipeline is, on one line. `perSecond` is the rate since the last line. */
export function progressLine(counts: Counts, perSecond: number, trouble: string | undefined): string {
  const parts = [`${formatCount(counts.stored)} stored`, `${formatCount(perSecond)}/s`];
  if (counts.duplicates > 0) parts.push(`${formatCount(counts.duplicates)} sent again`);
  if (counts.deadLettered > 0) parts.push(`${formatCount(counts.deadLettered)} dead-lettered`);
  if (trouble !== undefined) parts.push(`waiting: ${trouble}`);
  return parts.join(" · ");
}

/** What became of the run, and what to type next. */
export function summary(
  counts: Counts,
  run: { store: Pick<StoreChoice, "words">; interrupted: boolean },
): string[] {
  const done = `${formatCount(counts.stored)} events stored, ${formatCount(counts.duplicates)} sent again, ${formatCount(counts.deadLettered)} dead-lettered`;
  return [
    run.interrupted ? `stopped: ${done}; the same command resumes from here` : `done: ${done}`,
    `next: ca3 report${run.store.words}`,
    ...(counts.deadLettered > 0 ? [`      ca3 dlq list${run.store.words}`] : []),
  ];
}

const LOOK_EVERY_MS = 1000;

/** Shows progress on the status line, which a terminal redraws and a pipe gets now and then. */
export function watchProgress(pipeline: LocalPipeline, io: Io, clock: Clock): { stop(): void } {
  let last = { stored: 0, atMs: clock.now() };
  const look = () => {
    const { stored } = pipeline.counts();
    const nowMs = clock.now();
    const perSecond = ((stored - last.stored) * 1000) / Math.max(1, nowMs - last.atMs);
    io.status(progressLine(pipeline.counts(), perSecond, pipeline.trouble()));
    last = { stored, atMs: nowMs };
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      io.status("");
    },
  };
}
