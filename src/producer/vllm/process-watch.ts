/** What is known of the server at one reading. */
export type ProcessReading = {
  readonly atMs: number;
  /** When the process began by its own word, seconds since the epoch; not all servers tell. */
  readonly startS: number | undefined;
  /** How far its clock is ahead of ours, ms. */
  readonly clockOffsetMs: number;
};

/** More tokens than any server has processed in a second, those from its cache included. */
const MAX_TOKENS_PER_S = 2e6;
/** A server that has just begun loads its model for most of the time. */
const MAX_TOKENS_PER_S_AT_START = 2e5;
/** What a clock that is read to the second, and a page on its way, may be off by. */
const SLACK_MS = 5_000;

/** Whether the process behind an endpoint is still the one of the reading before, by when it says it began. */
export function sameProcess(before: ProcessReading, now: ProcessReading): "same" | "new" | "another" {
  if (before.startS === undefined || now.startS === undefined) return "same";
  if (Math.abs(now.startS - before.startS) < 0.5) return "same";
  const ourStartMs = now.startS * 1000 - now.clockOffsetMs;
  return ourStartMs < before.atMs - SLACK_MS ? "another" : "new";
}

/**
 * Whether so many tokens can have been processed since the reading before. When not, another server answers, such as
 * behind a load balancer, and its counters say nothing about what happened since.
 */
export function isPlausible(tokens: number, seconds: number, restarted: boolean): boolean {
  const most = restarted ? MAX_TOKENS_PER_S_AT_START : MAX_TOKENS_PER_S;
  return tokens <= most * Math.max(1, seconds);
}
