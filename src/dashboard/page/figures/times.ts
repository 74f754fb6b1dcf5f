import { formatDuration } from "../../../support/format.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (value: number): string => String(value).padStart(2, "0");

/** Times are in UTC everywhere, so that two people who look at the same view read the same. */
export function formatClock(ms: number, withSeconds = true): string {
  const date = new Date(ms);
  const minutes = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
  return withSeconds ? `${minutes}:${two(date.getUTCSeconds())}` : minutes;
}

export function formatDay(ms: number): string {
  const date = new Date(ms);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** `09:41:12 UTC` on the day of `nowMs`, else `16 Nov 2023, 19:14 UTC`. */
export function formatMoment(ms: number, nowMs: number): string {
  return formatDay(ms) === formatDay(nowMs)
    ? `${formatClock(ms)} UTC`
    : `${formatDay(ms)}, ${formatClock(ms, false)} UTC`;
}

/** A span as people say it: its day once when it lies within one. */
export function formatSpan(fromMs: number, toMs: number): string {
  const from = `${formatDay(fromMs)}, ${formatClock(fromMs, false)}`;
  const sameDay = formatDay(fromMs) === formatDay(toMs);
  return `${from} – ${sameDay ? "" : `${formatDay(toMs)}, `}${formatClock(toMs, false)} UTC`;
}

const YEAR_MS = 365.2425 * 86_400_000;

/** Age in two units, or in years when it is that old. */
export function formatAge(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return "–";
  if (ms < 1_000) return "under 1 s";
  if (ms < 60_000) return `${Math.floor(ms / 1000)} s`;
  return ms < YEAR_MS ? formatDuration(ms) : `${(ms / YEAR_MS).toFixed(1)} years`;
}

/** What an input for date and time holds, and back; read as UTC. */
export const toInputValue = (ms: number): string => new Date(ms).toISOString().slice(0, 16);
export function fromInputValue(text: string): number | undefined {
  const ms = Date.parse(`${text}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}
