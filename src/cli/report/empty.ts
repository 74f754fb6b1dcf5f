import type { Freshness } from "../../store/port.ts";

/** What to tell a person whose window holds nothing, and what to type next. `store` has the flags that lead to it. */
export function emptyNote(freshness: readonly Freshness[], store: string, name?: string): readonly string[] {
  if (freshness.length === 0)
    return [`no events are stored yet${name === undefined ? "" : ` in ${name}`}`, `next: ca3 up${store}`];
  const oldest = Math.min(...freshness.map(({ oldestMs }) => oldestMs));
  const newest = Math.max(...freshness.map(({ newestMs }) => newestMs));
  const span = `${new Date(oldest).toISOString()} to ${new Date(newest).toISOString()}`;
  return [`no events in this window; there are some from ${span}`, "next: ca3 report"];
}
