/** What a server of LLMs counts. */
export type CounterField = "prompt" | "generation" | "cached" | "requests" | "aborted" | "preemptions";
export type HistogramField = "ttft" | "tpot" | "itl" | "e2e" | "queue" | "prefill" | "decode";
export type GaugeField = "running" | "waiting" | "kvCache";

export const engines = ["vllm", "sglang"] as const;
export type Engine = (typeof engines)[number];

export type Known = {
  readonly engine: Engine;
  /** As the server calls it, without what others put before it. */
  readonly name: string;
  /** Where a page has several names for one thing, the lowest counts. */
  readonly rank: number;
} & (
  | { readonly kind: "counter"; readonly field: CounterField }
  | { readonly kind: "gauge"; readonly field: GaugeField }
  | { readonly kind: "bucket" | "sum" | "count"; readonly field: HistogramField }
  | { readonly kind: "start" }
);

type Names = {
  readonly counters: Readonly<Record<CounterField, readonly string[]>>;
  readonly histograms: Readonly<Record<HistogramField, readonly string[]>>;
  readonly gauges: Readonly<Record<GaugeField, readonly string[]>>;
};

/**
 * Names by server, the present ones first, then those of older releases. `tpot` is a time per request, `itl` one per
 * token. vLLM counts hits of its prefix cache in tokens, and again each time a request waits; the newer counter does not.
 * Sources: vLLM's and SGLang's lists of production metrics, and what their loggers register.
 */
const names: Readonly<Record<Engine, Names>> = {
  vllm: {
    counters: {
      prompt: ["prompt_tokens"],
      generation: ["generation_tokens"],
      cached: ["prompt_tokens_cached", "prefix_cache_hits", "gpu_prefix_cache_hits"],
      requests: ["request_success"],
      aborted: [],
      preemptions: ["num_preemptions"],
    },
    histograms: {
      ttft: ["time_to_first_token_seconds"],
      tpot: ["request_time_per_output_token_seconds"],
      itl: ["inter_token_latency_seconds", "time_per_output_token_seconds"],
      e2e: ["e2e_request_latency_seconds"],
      queue: ["request_queue_time_seconds", "time_in_queue_requests"],
      prefill: ["request_prefill_time_seconds"],
      decode: ["request_decode_time_seconds"],
    },
    gauges: {
      running: ["num_requests_running"],
      waiting: ["num_requests_waiting"],
      kvCache: ["kv_cache_usage_perc", "gpu_cache_usage_perc"],
    },
  },
  sglang: {
    counters: {
      prompt: ["prompt_tokens"],
      generation: ["generation_tokens"],
      cached: ["cached_tokens"],
      requests: ["num_requests"],
      aborted: ["num_aborted_requests"],
      preemptions: ["num_retracted_requests"],
    },
    histograms: {
      ttft: ["time_to_first_token_seconds"],
      tpot: [],
      itl: ["inter_token_latency_seconds", "time_per_output_token_seconds"],
      e2e: ["e2e_request_latency_seconds"],
      queue: ["queue_time_seconds"],
      prefill: [],
      decode: [],
    },
    gauges: {
      running: ["num_running_reqs"],
      waiting: ["num_queue_reqs"],
      kvCache: ["token_usage"],
    },
  },
};

const START = "process_start_time_seconds";
const table = new Map<string, Known>();
for (const engine of engines) {
  const { counters, histograms, gauges } = names[engine];
  const put = (name: string, known: object) =>
    table.set(`${engine}:${name}`, { engine, name, ...known } as Known);
  for (const [field, list] of Object.entries(counters))
    for (const [rank, name] of list.entries()) {
      put(`${name}_total`, { kind: "counter", field, rank: 2 * rank });
      put(name, { kind: "counter", field, rank: 2 * rank + 1 });
    }
  for (const [field, list] of Object.entries(histograms))
    for (const [rank, name] of list.entries())
      for (const kind of ["bucket", "sum", "count"] as const) put(`${name}_${kind}`, { kind, field, rank });
  for (const [field, list] of Object.entries(gauges))
    for (const [rank, name] of list.entries()) put(name, { kind: "gauge", field, rank });
}

/**
 * What a metric tells, or nothing. Ray writes `ray_vllm_…` and KServe `kserve_vllm:…` for the same metrics.
 */
export function knownMetric(name: string): Known | undefined {
  if (name === START) return { engine: "vllm", name, rank: 0, kind: "start" };
  const match = /^(?:ray_|kserve_)?(vllm|sglang)[:_](.+)$/.exec(name);
  return match ? table.get(`${match[1]}:${match[2]}`) : undefined;
}
