import { HttpProblem } from "../../../http/problem.ts";
import type { RollupQuery } from "../../../store/port.ts";
import {
  DIMENSIONS,
  type Dimension,
  ROLLUP_RETENTION_MS,
  rollupAgeFromMs,
} from "../../../telemetry/rollup.ts";
import { endpoint, type Sources } from "../endpoint.ts";
import { type AskedRange, askedRange, type TimeRange } from "../query/range.ts";
import { seriesQuery, seriesSchema } from "../schemas/series.ts";
import { buildLines, partialFrom, timesOf } from "../series/build.ts";
import { defaultSeriesMetrics, seriesMetrics } from "../series/metrics.ts";
import { planSeries, type SeriesPlan } from "../series/plan.ts";

/** Lines in one answer: more than any chart can tell apart, enough for every card of a small cluster. */
export const MAX_LINES = 500;
/** Values in one answer; about 8 MB of JSON. */
export const MAX_VALUES = 1_000_000;

export const series = endpoint({
  path: "/api/v1/series",
  summary: "Metrics over time",
  details:
    "GPU time belongs to a model, team or tenant only as far as its events name one; `/api/v1/groups` shares it out by tokens.",
  tag: "figures",
  query: seriesQuery,
  response: seriesSchema,
  answer: async (query, from) => {
    const nowMs = from.clock.now();
    const range = await wholeRange(askedRange(query, nowMs, "15m"), nowMs, from);
    const ageFromMs = rollupAgeFromMs(nowMs, await from.store.freshness());
    const plan = planSeries(range, ageFromMs, query.resolution, query.points);
    const metrics = query.metrics ?? defaultSeriesMetrics;
    const where: Partial<Record<Dimension, string>> = {};
    for (const name of DIMENSIONS) if (query[name] !== undefined) where[name] = query[name];
    await refuseTooMuch(query.groupBy, where, plan, metrics.length, from);
    const rows = await from.store.queryRollups({
      ...rollupSpan(plan),
      groupBy: query.groupBy === undefined ? ["bucket"] : ["bucket", query.groupBy],
      where,
    });
    return {
      from: new Date(plan.fromMs).toISOString(),
      to: new Date(plan.toMs).toISOString(),
      resolutionSeconds: plan.resolutionS,
      stepSeconds: plan.stepS,
      partialFrom: partialFrom(plan, nowMs),
      groupBy: query.groupBy ?? null,
      metrics: metrics.map((name) => ({
        name,
        unit: seriesMetrics[name].unit,
        doc: seriesMetrics[name].doc,
      })),
      times: timesOf(plan),
      series: buildLines(rows, plan, query.groupBy, metrics),
      notes: retentionNotes(plan, ageFromMs),
    };
  },
});

const rollupSpan = ({ resolutionS, fromMs, toMs }: SeriesPlan) => ({ resolutionS, fromMs, toMs });

/** An open start is the oldest event, or an hour back when that is longer ago; an open end is now or the newest. */
async function wholeRange(
  { fromMs, toMs }: AskedRange,
  nowMs: number,
  { store }: Sources,
): Promise<TimeRange> {
  if (fromMs !== undefined && toMs !== undefined) return { fromMs, toMs };
  const stored = await store.freshness();
  const endMs = toMs ?? Math.max(nowMs, ...stored.map((one) => one.newestMs + 1));
  const startMs = fromMs ?? Math.min(endMs - 3_600_000, ...stored.map((one) => one.oldestMs));
  return { fromMs: startMs, toMs: endMs };
}

/** Counts the lines before their points are read, by the hour, which costs little. */
async function refuseTooMuch(
  groupBy: Dimension | undefined,
  where: NonNullable<RollupQuery["where"]>,
  plan: SeriesPlan,
  metrics: number,
  { store }: Sources,
): Promise<void> {
  if (groupBy === undefined) return;
  const hour = 3_600_000;
  const groups = await store.queryRollups({
    resolutionS: 3600,
    fromMs: Math.floor(plan.fromMs / hour) * hour,
    toMs: plan.toMs,
    groupBy: [groupBy],
    where,
  });
  const values = groups.length * plan.points * metrics;
  if (groups.length <= MAX_LINES && values <= MAX_VALUES) return;
  throw new HttpProblem("too-much-data", {
    detail:
      groups.length > MAX_LINES
        ? `${groups.length} values of ${groupBy} are more than ${MAX_LINES} lines: filter, or see /api/v1/groups?by=${groupBy}`
        : `${values} values are more than ${MAX_VALUES}: ask for fewer metrics, a shorter range or a coarser resolution`,
  });
}

function retentionNotes(plan: SeriesPlan, nowMs: number): string[] {
  const keptMs = ROLLUP_RETENTION_MS[plan.resolutionS];
  if (keptMs === undefined || plan.fromMs >= nowMs - keptMs) return [];
  const since = new Date(nowMs - keptMs).toISOString();
  return [
    `Steps of ${plan.resolutionS} s are kept since ${since}; what is older is told by coarser ones only.`,
  ];
}
