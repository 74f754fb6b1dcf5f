import { Ca3Error } from "../../support/errors.ts";
import type { Window } from "../../telemetry/report-query.ts";
import { parseTimestamp } from "../../telemetry/timestamp.ts";
import { durationFlag } from "../flag-value.ts";

export type WindowArgs = {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly last?: string | undefined;
};

/**
 * The window that flags name; an absent end is open. `--last` ends now. Throws CA3_USAGE for a time or span that is none,
 * for `--last` together with the others, and for an end before the start.
 */
export function windowOf({ from, to, last }: WindowArgs, nowMs: number): Partial<Window> {
  if (last !== undefined) {
    if (from !== undefined || to !== undefined)
      throw usage("--last ends now, so it cannot be combined with --from or --to", "ca3 report --last 24h");
    return { fromMs: nowMs - durationFlag("--last", last, "ca3 report --last 24h"), toMs: nowMs };
  }
  const fromMs = from === undefined ? undefined : instant("--from", from);
  const toMs = to === undefined ? undefined : instant("--to", to);
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs)
    throw usage(`--to ${to} is not after --from ${from}`, `ca3 report --from ${to} --to ${from}`);
  return { ...(fromMs !== undefined && { fromMs }), ...(toMs !== undefined && { toMs }) };
}

/** A day, a minute, or a full RFC 3339 time; UTC unless it names a zone. */
function instant(flag: string, text: string): number {
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00` : text;
  const whole = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d$/.test(day) ? `${day}:00` : day;
  const ms = parseTimestamp(whole, "utc");
  if (Number.isNaN(ms))
    throw usage(
      `${flag}: expected a day or a time such as 2026-11-23 or 2026-11-23T08:00:00Z, got ${text}`,
      `ca3 report ${flag} 2026-11-23`,
    );
  return ms;
}

const usage = (message: string, hint: string) => new Ca3Error("CA3_USAGE", message, { hint });
