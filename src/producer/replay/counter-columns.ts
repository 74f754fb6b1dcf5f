import type { Header } from "./header.ts";
import { columnOf } from "./header.ts";

/** Counters of a vLLM server, by what they become in an event; older names after the present ones. */
const counterColumns = {
  input: ["prompt_tokens_total"],
  output: ["generation_tokens_total"],
  cacheRead: ["prompt_tokens_cached_total", "prefix_cache_hits_total"],
  requests: ["request_success_total"],
  preemptions: ["num_preemptions_total"],
  latencyS: ["e2e_request_latency_seconds_sum"],
  ttftS: ["time_to_first_token_seconds_sum"],
  queueS: ["request_queue_time_seconds_sum"],
  prefillS: ["request_prefill_time_seconds_sum"],
  decodeS: ["request_decode_time_seconds_sum"],
} as const;
export type CounterField = keyof typeof counterColumns;

/** Values as they are at the time of the row. */
const gaugeColumns = {
  running: ["num_requests_running"],
  waiting: ["num_requests_waiting"],
  kvCacheRatio: ["kv_cache_usage_perc", "gpu_cache_usage_perc"],
} as const;
export type GaugeField = keyof typeof gaugeColumns;

/** Columns that tell apart servers whose counters stand in one file. */
const seriesColumns = ["model_name", "instance", "pod", "engine"] as const;

export type CounterPlan = {
  readonly time: number;
  readonly model: number;
  readonly counters: readonly {
    readonly field: CounterField;
    readonly index: number;
    readonly name: string;
  }[];
  readonly gauges: readonly { readonly field: GaugeField; readonly index: number; readonly name: string }[];
  readonly series: readonly number[];
};

/** Which column of a CSV of counters means what; `time` and `model` are -1 where there is none. Pure. */
export function planCounters(header: Header): CounterPlan {
  const found = <F extends string>(columns: Readonly<Record<F, readonly string[]>>) =>
    (Object.keys(columns) as F[])
      .map((field) => ({ field, index: columnOf(header, ...columns[field]) }))
      .filter(({ index }) => index !== -1)
      .map(({ field, index }) => ({ field, index, name: header.names[index]! }));
  return {
    time: columnOf(header, "timestamp", "time"),
    model: columnOf(header, "model_name", "model"),
    counters: found<CounterField>(counterColumns),
    gauges: found<GaugeField>(gaugeColumns),
    series: seriesColumns.map((name) => columnOf(header, name)).filter((index) => index !== -1),
  };
}
