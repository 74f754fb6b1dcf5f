import type { TelemetryStore } from "../../store/port.ts";
import { buildReport, reportRows } from "../../telemetry/report.ts";
import type { ReportGroup } from "../../telemetry/report-model.ts";

const HOUR_MS = 3_600_000;
/** Hours that are reported anew per refresh; a store with more needs several before its totals are complete. */
const HOURS_PER_REFRESH = 24;

/** All that is stored, by the widest rollups, which are kept for ever. */
export const everything = { resolutionS: 3600, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER } as const;

/** Money in millionths of a dollar. */
export type GpuTotals = {
  allocation: number;
  used: number;
  /** Idle and unallocated cost of the hours that are over: while one runs, unallocated may still become idle. */
  idle: number;
  unallocated: number;
  joules: number;
};
export type TokenTotals = { input: number; output: number; cacheRead: number; cacheWrite: number };
type Hour = {
  readonly events: number;
  readonly billMicroUsd: number;
  readonly gpus: readonly ReportGroup[];
  readonly models: readonly ReportGroup[];
};
export type Totals = {
  readonly gpus: ReadonlyMap<string, GpuTotals>;
  readonly models: ReadonlyMap<string, TokenTotals>;
  /** Price × held time, in millionths of a dollar, before anything was shared out. */
  readonly bill: number;
};

/**
 * Totals over everything stored, hour by hour. An hour is reported again only when its number of events has changed, so
 * a refresh costs what is new, and late events still count where they belong.
 */
export class HourLedger {
  readonly #hours = new Map<number, Hour>();

  constructor(private readonly store: Pick<TelemetryStore, "queryRollups">) {}

  /** Brings the ledger up to date; undefined as long as hours are missing, for half a total looks like a reset. */
  async refresh(nowMs: number): Promise<Totals | undefined> {
    const buckets = await this.store.queryRollups({ ...everything, groupBy: ["bucket"] });
    const changed = buckets
      .filter(({ bucketMs, sums }) => this.#hours.get(bucketMs!)?.events !== sums.events)
      .sort((a, b) => b.bucketMs! - a.bucketMs!);
    for (const { bucketMs, sums } of changed.slice(0, HOURS_PER_REFRESH)) {
      const rows = await reportRows(this.store, { fromMs: bucketMs!, toMs: bucketMs! + HOUR_MS }, nowMs);
      this.#hours.set(bucketMs!, {
        events: sums.events,
        billMicroUsd: sums.costNanoUsd / 1000,
        gpus: buildReport(rows, "gpuModel").groups,
        models: buildReport(rows, "model").groups,
      });
    }
    return changed.length > HOURS_PER_REFRESH ? undefined : this.#total(nowMs);
  }

  #total(nowMs: number): Totals {
    const gpus = new Map<string, GpuTotals>();
    const models = new Map<string, TokenTotals>();
    let bill = 0;
    for (const [bucketMs, hour] of this.#hours) {
      const over = bucketMs + HOUR_MS <= nowMs;
      bill += hour.billMicroUsd;
      for (const group of hour.gpus) if (group.gpuSeconds > 0) addGpu(gpus, group, over);
      for (const group of hour.models)
        if (group.inputTokens + group.outputTokens > 0) addTokens(models, group);
    }
    return { gpus, models, bill };
  }
}

function addGpu(totals: Map<string, GpuTotals>, group: ReportGroup, over: boolean): void {
  const into = totals.get(group.key) ?? { allocation: 0, used: 0, idle: 0, unallocated: 0, joules: 0 };
  into.allocation += group.allocationMicroUsd;
  into.used += group.usedMicroUsd;
  into.joules += group.energyJoules;
  if (over) {
    into.idle += group.idleAllocatedMicroUsd;
    into.unallocated += group.idleUnallocatedMicroUsd;
  }
  totals.set(group.key, into);
}

function addTokens(totals: Map<string, TokenTotals>, group: ReportGroup): void {
  const into = totals.get(group.key) ?? { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  into.input += group.inputTokens;
  into.output += group.outputTokens;
  into.cacheRead += group.cacheReadTokens;
  into.cacheWrite += group.cacheWriteTokens;
  totals.set(group.key, into);
}
