import { type Readiness, type ReadinessCheck, readinessOf } from "../http/readiness.ts";
import type { SourceHealth } from "../producer/source.ts";

/** Names that a check has room for. */
const MOST_NAMED = 3;

/**
 * Whether anything comes in. One source of several that is away is named and does no more harm than its numbers missing;
 * only when all are away there is nothing to be ready for.
 */
export function sourcesCheck(health: Readonly<Record<string, SourceHealth>>): ReadinessCheck {
  const all = Object.entries(health);
  const away = all.filter(([, { ok }]) => !ok);
  const ok = all.length === 0 || away.length < all.length;
  if (away.length === 0)
    return { name: "sources", ok, detail: all.length === 1 ? "well" : `all ${all.length} are well` };
  const named = away.slice(0, MOST_NAMED).map(([name, { detail }]) => `${name}: ${detail}`);
  const more = away.length > MOST_NAMED ? [`and ${away.length - MOST_NAMED} more`] : [];
  const count = all.length === 1 ? "" : `${away.length} of ${all.length} are away: `;
  return { name: "sources", ok, detail: `${count}${[...named, ...more].join("; ")}` };
}

/** The readiness of a pipeline that has its sources in the same process. */
export const withSources = (
  processor: Readiness,
  health: Readonly<Record<string, SourceHealth>>,
): Readiness => readinessOf([...processor.checks, sourcesCheck(health)]);
