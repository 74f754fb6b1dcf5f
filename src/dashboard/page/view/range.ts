const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Spans that end now and can be chosen by a click. */
export const spans = {
  "15m": { label: "15 min", ms: 15 * MINUTE_MS },
  "1h": { label: "1 h", ms: HOUR_MS },
  "6h": { label: "6 h", ms: 6 * HOUR_MS },
  "24h": { label: "24 h", ms: 24 * HOUR_MS },
  "7d": { label: "7 d", ms: 168 * HOUR_MS },
} as const;
export type Span = keyof typeof spans;

/** What `live` looks back. */
export const LIVE_MS = 10 * MINUTE_MS;

export type Range =
  | { readonly kind: "live" }
  | { readonly kind: "last"; readonly span: Span }
  | { readonly kind: "all" }
  | { readonly kind: "custom"; readonly fromMs: number; readonly toMs: number };

/** Times of the oldest and the newest event that are stored. */
export type Stored = { readonly oldestMs: number; readonly newestMs: number };

/** Parameters of the API that name a time range. */
export type RangeQuery = { readonly last?: string; readonly from?: string; readonly to?: string };

/** A range that is filled to this share is shown whole. */
const FULL = 0.9;

const iso = (ms: number): string => new Date(ms).toISOString();
const spanMs = (range: Range): number | undefined =>
  range.kind === "live" ? LIVE_MS : range.kind === "last" ? spans[range.span].ms : undefined;

/** How to ask for the figures of a range. A view that stands still at a time ends there. */
export function figuresQuery(range: Range, stoppedMs?: number): RangeQuery {
  if (range.kind === "custom") return { from: iso(range.fromMs), to: iso(range.toMs) };
  const span = spanMs(range);
  if (stoppedMs !== undefined)
    return span === undefined ? { to: iso(stoppedMs) } : { from: iso(stoppedMs - span), to: iso(stoppedMs) };
  if (range.kind === "all") return {};
  return { last: range.kind === "live" ? `${LIVE_MS / MINUTE_MS}m` : range.span };
}

/**
 * How to ask for lines over a range. What was stored later than the range begins starts with its first event, so that an
 * hour of data is not a dot at the edge of a week. All telemetry reaches to the newest event and not to now, for the
 * same reason: a trace may be years old.
 */
export function seriesQuery(
  range: Range,
  stored: Stored | undefined,
  nowMs: number,
  stoppedMs?: number,
): RangeQuery {
  if (range.kind !== "all") {
    const span = spanMs(range);
    const young = stored !== undefined && span !== undefined && stored.oldestMs > nowMs - span * FULL;
    if (!young || stoppedMs !== undefined) return figuresQuery(range, stoppedMs);
    const fromMs = Math.floor(stored.oldestMs / MINUTE_MS) * MINUTE_MS;
    return fromMs < nowMs ? { from: iso(fromMs) } : figuresQuery(range);
  }
  if (stored === undefined) return figuresQuery(range, stoppedMs);
  const toMs = Math.min(stored.newestMs + 1, stoppedMs ?? Number.POSITIVE_INFINITY);
  return { from: iso(Math.min(stored.oldestMs, toMs - MINUTE_MS)), to: iso(toMs) };
}

/** How often the figures of a range are worth asking for, ms; undefined when they do not change any more. */
export function refreshMs(range: Range, nowMs: number): number | undefined {
  if (range.kind === "live") return 5_000;
  if (range.kind === "custom") return range.toMs > nowMs - MINUTE_MS ? 15_000 : undefined;
  if (range.kind === "all") return 15_000;
  return Math.min(60_000, Math.max(10_000, spans[range.span].ms / 240));
}

/** The range that shows the newest data when it lies in the past: its last hour, in whole minutes. */
export function rangeOfNewest({ oldestMs, newestMs }: Stored): Range {
  const toMs = Math.floor(newestMs / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  const fromMs = Math.max(Math.floor(oldestMs / MINUTE_MS) * MINUTE_MS, toMs - HOUR_MS);
  return { kind: "custom", fromMs, toMs };
}
