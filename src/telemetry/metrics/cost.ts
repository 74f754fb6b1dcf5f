import { counter, gauge } from "../../support/metric-facts.ts";

/**
 * Cost and telemetry, read from the store on each scrape: every replica shows the same figures, so combine replicas
 * with `max`, never with `sum`. Totals count from the first event the store holds rollups of.
 */
export const costMetrics = {
  gpu_utilization_ratio: gauge(
    "ratio",
    ["gpu_model", "host", "gpu", "kind"],
    "Newest utilisation of a GPU, by what was measured: device, engine or sm",
  ),
  gpu_memory_used_bytes: gauge("bytes", ["gpu_model", "host", "gpu"], "Newest memory in use"),
  gpu_power_watts: gauge("watts", ["gpu_model", "host", "gpu"], "Newest average power over a sample"),
  gpu_energy_joules_total: counter("joules", ["gpu_model"], "Energy used by the GPUs of a model"),
  llm_tokens_total: counter(
    "tokens",
    ["model", "direction", "cache"],
    "Tokens by direction (input, output) and part in a cache (none, read, write)",
  ),
  gpu_cost_usd_total: counter(
    "dollars",
    ["gpu_model", "basis"],
    "Cost of the GPUs: allocation is price × held time, usage is price × busy time",
  ),
  gpu_idle_cost_usd_total: counter(
    "dollars",
    ["gpu_model", "reason"],
    "Cost of GPU time that did no work: unallocated (nothing ran in that hour) or idle",
  ),
  llm_cost_per_million_tokens_usd: gauge(
    "dollars",
    ["model", "basis", "direction", "method"],
    "Cost of a million tokens in the window of the collector; absent without tokens",
  ),
  llm_energy_joules_per_token: gauge(
    "joules",
    ["model"],
    "Energy per token in the window of the collector; absent without tokens",
  ),
  llm_goodput_requests_total: counter(
    "requests",
    ["model"],
    "Requests that kept the declared objective; absent when none is declared",
  ),
  llm_slo_missed_total: counter(
    "requests",
    ["model", "slo"],
    "Requests that missed a part of the declared objective: ttft, tpot or e2e",
  ),
  cost_unreconciled_usd: gauge(
    "dollars",
    [],
    "Bill less used less idle cost over everything stored, to the cent; anything but 0 is a bug",
  ),
  cost_label_overflow_total: counter(
    "series",
    [],
    "Series left out because a label had more values than the limit",
  ),
} as const;
