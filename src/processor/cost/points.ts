import type { LatestEvent, RollupRow } from "../../store/port.ts";
import type { GpuEvent } from "../../telemetry/events.ts";
import type { Report, ReportGroup } from "../../telemetry/report-model.ts";
import type { Totals } from "./hour-ledger.ts";
import type { Point } from "./series.ts";

const usd = (microUsd: number): number => microUsd / 1e6;

/** Totals as the counters of the catalogue; the dearest first, so that a limit leaves out the cheapest. */
export function totalPoints({ gpus, models }: Totals) {
  const cards = [...gpus].sort(([, a], [, b]) => b.allocation - a.allocation);
  const llms = [...models].sort(([, a], [, b]) => b.input + b.output - a.input - a.output);
  return {
    gpu_energy_joules_total: cards.map(([gpu_model, { joules }]) => ({
      labels: { gpu_model },
      value: joules,
    })),
    gpu_cost_usd_total: cards.flatMap(([gpu_model, { allocation, used }]) => [
      { labels: { gpu_model, basis: "allocation" }, value: usd(allocation) },
      { labels: { gpu_model, basis: "usage" }, value: usd(used) },
    ]),
    gpu_idle_cost_usd_total: cards.flatMap(([gpu_model, { idle, unallocated }]) => [
      { labels: { gpu_model, reason: "idle" }, value: usd(idle) },
      { labels: { gpu_model, reason: "unallocated" }, value: usd(unallocated) },
    ]),
    llm_tokens_total: llms.flatMap(([model, { input, output, cacheRead, cacheWrite }]) => [
      { labels: { model, direction: "input", cache: "none" }, value: input - cacheRead - cacheWrite },
      { labels: { model, direction: "input", cache: "read" }, value: cacheRead },
      { labels: { model, direction: "input", cache: "write" }, value: cacheWrite },
      { labels: { model, direction: "output", cache: "none" }, value: output },
    ]),
  } satisfies Record<string, readonly Point[]>;
}

/** How many requests kept the declared objective and which part the others missed, for models that were judged. */
export function sloPoints(rows: readonly RollupRow[]) {
  const judged = rows
    .filter(({ sums }) => sums.sloRequests > 0)
    .sort((a, b) => b.sums.sloRequests - a.sums.sloRequests);
  const model = (row: RollupRow) => row.dimensions.model ?? "";
  return {
    llm_goodput_requests_total: judged.map((row) => ({
      labels: { model: model(row) },
      value: row.sums.goodRequests,
    })),
    llm_slo_missed_total: judged.flatMap((row) => [
      { labels: { model: model(row), slo: "ttft" }, value: row.sums.sloMissedTtft },
      { labels: { model: model(row), slo: "tpot" }, value: row.sums.sloMissedTpot },
      { labels: { model: model(row), slo: "e2e" }, value: row.sums.sloMissedE2e },
    ]),
  } satisfies Record<string, readonly Point[]>;
}

/**
 * Bill less what was attributed as used or idle, to the cent: parts are rounded to millionths of a dollar per hour,
 * which never adds up to a cent.
 */
export function unreconciledUsd({ gpus, bill }: Totals): number {
  const attributed = [...gpus.values()].reduce((sum, { allocation }) => sum + allocation, 0);
  return Math.round((bill - attributed) / 1e4) / 100;
}

/** Prices and energy per token in a window; a figure that does not exist has no series. */
export function windowPoints({ groups }: Report) {
  const served = groups.filter((group) => group.key !== "" && group.inputTokens + group.outputTokens > 0);
  return {
    llm_cost_per_million_tokens_usd: served.flatMap(priceOf),
    llm_energy_joules_per_token: served.flatMap(({ key, joulesPerToken }) =>
      joulesPerToken === null ? [] : [{ labels: { model: key }, value: joulesPerToken }],
    ),
  } satisfies Record<string, readonly Point[]>;
}

function priceOf(group: ReportGroup): Point[] {
  const { key: model, splitMethod } = group;
  const point = (basis: string, direction: string, method: string, microUsd: number | null): Point[] =>
    microUsd === null ? [] : [{ labels: { model, basis, direction, method }, value: usd(microUsd) }];
  const method = splitMethod ?? "none";
  const tokens = group.inputTokens + group.outputTokens;
  const usage = group.gpuSeconds > 0 ? (group.usedMicroUsd / tokens) * 1e6 : null;
  return [
    ...point("allocation", "blended", "none", group.microUsdPerMillionTokens),
    ...point("allocation", "input", method, group.microUsdPerMillionInputTokens),
    ...point("allocation", "output", method, group.microUsdPerMillionOutputTokens),
    ...point("usage", "blended", "none", usage),
  ];
}

/** The newest reading of each GPU that was heard of since `sinceMs`. */
export function gpuPoints(latest: readonly LatestEvent[], sinceMs: number) {
  const readings = latest.filter(({ tsMs }) => tsMs >= sinceMs).map(({ event }) => event as GpuEvent);
  const labels = ({ gpu_model, host, gpu_index, mig_instance_id }: GpuEvent) => ({
    gpu_model,
    host,
    gpu: mig_instance_id === undefined ? String(gpu_index) : `${gpu_index}/${mig_instance_id}`,
  });
  return {
    gpu_utilization_ratio: readings.flatMap((one) =>
      (
        [
          ["device", one.utilization],
          ["engine", one.engine_active],
          ["sm", one.sm_active],
        ] as const
      ).flatMap(([kind, value]) =>
        value === undefined ? [] : [{ labels: { ...labels(one), kind }, value }],
      ),
    ),
    gpu_memory_used_bytes: readings.map((one) => ({ labels: labels(one), value: one.mem_used_bytes })),
    gpu_power_watts: readings.map((one) => ({ labels: labels(one), value: one.power_w })),
  } satisfies Record<string, readonly Point[]>;
}
