import { formatDuration } from "../../support/format.ts";
import type { Page } from "./scrape.ts";

/** Clocks may differ by this much before it is worth a word; times of events are ours either way. */
const WORTH_SAYING_MS = 5 * 60_000;

/**
 * How far the clock of a page is ahead of ours: by the Date of the answer, else by the newest of its samples that brings
 * a time. Undefined when the page tells no time.
 */
export function clockOffsetMs({ dateMs, samples }: Page, nowMs: number): number | undefined {
  if (dateMs !== undefined) return dateMs - nowMs;
  const times = samples.map(({ atMs }) => atMs).filter((time) => time !== undefined);
  return times.length === 0 ? undefined : times.reduce((a, b) => Math.max(a, b)) - nowMs;
}

/** A sentence about a clock that is wrong, or nothing. */
export function clockRemark(offsetMs: number | undefined): string | undefined {
  if (offsetMs === undefined || Math.abs(offsetMs) < WORTH_SAYING_MS) return undefined;
  const direction = offsetMs > 0 ? "ahead of" : "behind";
  return `its clock is ${formatDuration(Math.abs(offsetMs))} ${direction} ours; events carry our time`;
}

/** The same about samples that are much older than the answer: something serves a page that it keeps. */
export function staleRemark(
  { samples }: Page,
  nowMs: number,
  offsetMs: number | undefined,
): string | undefined {
  const newest = samples.reduce(
    (max, { atMs }) => Math.max(max, atMs ?? Number.NEGATIVE_INFINITY),
    Number.NEGATIVE_INFINITY,
  );
  const ageMs = nowMs + (offsetMs ?? 0) - newest;
  return newest > 0 && ageMs > WORTH_SAYING_MS
    ? `its newest sample is ${formatDuration(ageMs)} old`
    : undefined;
}
