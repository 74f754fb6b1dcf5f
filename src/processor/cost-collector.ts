import type { TelemetryStore } from "../store/port.ts";
import type { Clock } from "../support/clock.ts";
import type { Ca3Meters } from "../telemetry/metric-catalogue.ts";
import { buildReport, reportRows } from "../telemetry/report.ts";
import { everything, HourLedger } from "./cost/hour-ledger.ts";
import { gpuPoints, sloPoints, totalPoints, unreconciledUsd, windowPoints } from "./cost/points.ts";
import { type Point, SeriesBoard } from "./cost/series.ts";

/** A scrape waits this long for fresh figures; after that it shows those it has, and the next one the fresh ones. */
const SCRAPE_PATIENCE_MS = 1_000;

export type CostCollectorParts = {
  readonly store: Pick<TelemetryStore, "queryRollups" | "latest" | "freshness">;
  readonly meters: Ca3Meters;
  readonly clock: Clock;
  readonly settings: {
    readonly costRefreshMs: number;
    readonly costWindowMs: number;
    readonly maxLabelValues: number;
  };
};

/**
 * Fills the cost and telemetry metrics from the store before a scrape, at most once per `costRefreshMs` however many
 * scrape. When the store does not answer, the figures stay as they were. Returns how to end it.
 */
export function watchCost({ store, meters, clock, settings }: CostCollectorParts): () => void {
  const ledger = new HourLedger(store);
  const board = new SeriesBoard(meters, settings.maxLabelValues);
  let freshUntilMs = Number.NEGATIVE_INFINITY;
  let refreshing: Promise<void> | undefined;

  const show = (all: Readonly<Record<string, readonly Point[]>>) => {
    for (const [name, points] of Object.entries(all))
      board.show(name as Parameters<SeriesBoard["show"]>[0], points);
  };

  async function refresh(): Promise<void> {
    const nowMs = clock.now();
    const sinceMs = nowMs - settings.costWindowMs;
    const totals = await ledger.refresh(nowMs);
    const rows = await reportRows(store, { fromMs: sinceMs, toMs: nowMs }, nowMs);
    const byModel = await store.queryRollups({ ...everything, kind: "token", groupBy: ["model"] });
    const latest = await store.latest("gpu");
    const freshness = await store.freshness();
    if (totals) {
      show(totalPoints(totals));
      meters.set("cost_unreconciled_usd", {}, unreconciledUsd(totals));
    }
    show(windowPoints(buildReport(rows, "model")));
    show(sloPoints(byModel));
    show(gpuPoints(latest, sinceMs));
    for (const { kind, newestMs } of freshness)
      meters.set("processor_rollup_lag_seconds", { rollup: kind }, Math.max(0, nowMs - newestMs) / 1000);
  }

  return meters.onScrape(async () => {
    if (clock.now() >= freshUntilMs) {
      refreshing ??= refresh()
        .catch(() => {})
        .finally(() => {
          freshUntilMs = clock.now() + settings.costRefreshMs;
          refreshing = undefined;
        });
    }
    if (refreshing) await Promise.race([refreshing, clock.sleep(SCRAPE_PATIENCE_MS)]);
  });
}
