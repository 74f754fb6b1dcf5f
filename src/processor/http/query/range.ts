import Type, { type Static } from "typebox";
import { duration } from "../../../support/setting-types.ts";
import { parseTimestamp } from "../../../telemetry/timestamp.ts";
import { invalidParameters } from "./parse.ts";

const DAY_MS = 86_400_000;
/** No telemetry is older than this; an earlier time is a mistake, such as seconds taken for milliseconds. */
const EARLIEST_MS = Date.UTC(2000, 0, 1);

const time = (description: string) =>
  Type.Optional(
    Type.String({
      pattern: "^\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?([Zz]|[+-]\\d\\d:\\d\\d)$",
      description: `${description}, RFC 3339, such as 2026-11-23T08:00:00Z`,
    }),
  );

/** The parameters that name a span of time; every endpoint over time takes these. */
export const rangeParameters = {
  last: Type.Optional(
    Type.String({
      pattern: "^(all|\\d{1,9}(\\.\\d{1,3})?(s|m|h|d))$",
      description: "a span that ends now, such as 30s, 15m, 2h or 30d, or all",
    }),
  ),
  from: time("the start, included"),
  to: time("the end, excluded"),
};
type RangeQuery = Partial<Static<ReturnType<typeof Type.Object<typeof rangeParameters>>>>;

export type TimeRange = { readonly fromMs: number; readonly toMs: number };

/** What was asked for; an absent start is the beginning of all telemetry, an absent end its end. */
export type AskedRange = { readonly fromMs?: number; readonly toMs?: number };

/**
 * The range of a query at the time `nowMs`; `fallback` is the span used when none is asked for. Refuses ranges that
 * are empty, upside down, from before 2000 or more than a day ahead.
 */
export function askedRange(query: RangeQuery, nowMs: number, fallback: string): AskedRange {
  const { from, to } = query;
  if (query.last !== undefined && (from !== undefined || to !== undefined))
    throw invalidParameters([{ parameter: "last", detail: "give either last, or from and to" }]);
  const asked = to === undefined ? undefined : instant("to", to, nowMs);
  const toMs = asked ?? nowMs;
  if (from !== undefined) return checked({ fromMs: instant("from", from, nowMs), toMs });
  const last = query.last ?? (to === undefined ? fallback : "all");
  if (last === "all") return asked === undefined ? {} : { toMs };
  const span = duration.parse(last);
  if (!("value" in span) || span.value < 1000)
    throw invalidParameters([{ parameter: "last", detail: "expected at least 1s" }]);
  const fromMs = toMs - span.value;
  if (fromMs < EARLIEST_MS)
    throw invalidParameters([{ parameter: "last", detail: "reaches back before 2000; use all" }]);
  return { fromMs, toMs };
}

function checked(range: TimeRange): AskedRange {
  if (range.fromMs < range.toMs) return range;
  throw invalidParameters([{ parameter: "from", detail: "must be before to, which is now when not given" }]);
}

function instant(parameter: string, text: string, nowMs: number): number {
  const ms = parseTimestamp(text);
  if (Number.isNaN(ms)) throw invalidParameters([{ parameter, detail: `there is no such time as ${text}` }]);
  if (ms < EARLIEST_MS) throw invalidParameters([{ parameter, detail: "is before 2000" }]);
  if (ms > nowMs + DAY_MS) throw invalidParameters([{ parameter, detail: "is more than a day ahead" }]);
  return ms;
}
