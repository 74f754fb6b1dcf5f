import Type, { type Static, type TLiteral } from "typebox";
import { LATENCY_BOUNDS_S, type LatencyName } from "./latency.ts";

/**
 * The one source of the event schema: types, the compiled validator, the published JSON Schema and the reference
 * page all come from here. Wire names are snake_case with base units; absent means unknown, never a sentinel.
 *
 * Events are additive: each stands for the span of time that ends at `ts` and carries what happened in it, so any
 * sum over any grouping is exact and the processor needs no memory of the event before.
 */

const name = (description: string) => Type.String({ minLength: 1, maxLength: 256, description });
const label = (description: string) => Type.String({ maxLength: 256, description });
const ratio = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });
const amount = (description: string) => Type.Number({ minimum: 0, maximum: 1e15, description });
const count = (description: string) => Type.Integer({ minimum: 0, maximum: 1e12, description });
/**
 * What adds up is bounded by what hardware and prices can be with room to spare, so that a few absurd events
 * cannot overflow the 64-bit sums of a rollup.
 */
const memory = (description: string) => Type.Number({ minimum: 0, maximum: 1e13, description });
const joules = (description: string) => Type.Number({ minimum: 0, maximum: 1e10, description });
const seconds = (description: string) => Type.Number({ minimum: 0, maximum: 1e9, description });
const price = (description: string) => Type.Integer({ minimum: 0, maximum: 1e10, description });
const buckets = (name: LatencyName, description: string) =>
  Type.Array(Type.Integer({ minimum: 0, maximum: 1e9 }), {
    maxItems: LATENCY_BOUNDS_S[name].length + 1,
    description: `${description}, with these upper bounds in seconds and one above: ${LATENCY_BOUNDS_S[name].join(" ")}`,
  });
const oneOf = <const T extends readonly string[]>(values: T, description: string) =>
  Type.Union(
    // typebox infers a union from a tuple; the tuple of one literal type that is itself a union says the same
    values.map((value) => Type.Literal(value)) as unknown as [TLiteral<T[number]>],
    { description },
  );

export const qualities = ["measured", "estimated", "interpolated", "synthetic"] as const;
export type Quality = (typeof qualities)[number];

const envelope = {
  event_id: name("Deterministic identity; the same occurrence always has the same id"),
  schema_version: Type.Integer({
    minimum: 1,
    description: "Schema version; newer ones are dead-lettered, not guessed",
  }),
  ts: Type.String({
    minLength: 20,
    maxLength: 40,
    description: "End of the span this event stands for, RFC 3339, UTC",
  }),
  source: name("What read it: nvidia-smi, dcgm, vllm, sglang, openai-log, replay, synthetic, legacy"),
  source_id: name("Which instance of the source read it"),
  boot_id: name("Run of that source; sequence numbers restart with it"),
  seq: count("Position in the stream of (source_id, boot_id), for finding gaps"),
  host: name("Machine the reading belongs to"),
  quality: oneOf(qualities, "How the numbers came about"),
  source_version: Type.Optional(label("Version of what was read")),
  producer_version: Type.Optional(label("Version of ca3 that produced the event")),
  cluster: Type.Optional(label("Kubernetes cluster")),
  namespace: Type.Optional(label("Kubernetes namespace")),
  pod: Type.Optional(label("Kubernetes pod")),
  container: Type.Optional(label("Container in the pod")),
  team: Type.Optional(label("Team that is charged")),
  tenant: Type.Optional(label("Tenant or user that caused the work")),
  project: Type.Optional(label("Project that is charged")),
  cost_center: Type.Optional(label("Cost centre that is charged")),
  trace_id: Type.Optional(label("Trace to join with")),
};

export const gpuEventSchema = Type.Object(
  {
    ...envelope,
    gpu_uuid: name("Physical GPU (or MIG device) identity"),
    gpu_index: Type.Integer({ minimum: 0, maximum: 4096, description: "Index on its host" }),
    gpu_model: name("Product name of the card"),
    interval_s: Type.Number({
      minimum: 0,
      maximum: 86_400,
      description: "Seconds this event stands for, ending at ts",
    }),
    utilization: ratio("Share of the interval in which the GPU was busy"),
    mem_used_bytes: memory("Memory in use"),
    mem_total_bytes: memory("Memory the card has"),
    power_w: Type.Number({ minimum: 0, maximum: 1e5, description: "Average power over the interval" }),
    price_per_hour_microusd: price("Price of the whole GPU per hour, in millionths of a US dollar"),
    price_source: oneOf(["config", "price-book", "event", "unknown"], "Where the price came from"),
    energy_j: Type.Optional(
      joules("Joules this event stands for; power_w × interval_s × gpu_fraction when absent"),
    ),
    energy_j_total: Type.Optional(amount("The card's own energy counter")),
    gpu_fraction: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1,
        description: "Share of the physical GPU this event is about",
      }),
    ),
    served_model: Type.Optional(label("LLM this GPU serves, when configured")),
    mig_instance_id: Type.Optional(label("MIG instance")),
    mig_profile: Type.Optional(label("MIG profile, such as 1g.10gb")),
    driver_version: Type.Optional(label("NVIDIA driver")),
    engine_active: Type.Optional(ratio("Graphics or compute engine active")),
    sm_active: Type.Optional(ratio("At least one warp on an SM")),
    sm_occupancy: Type.Optional(ratio("Resident warps of the possible ones")),
    tensor_active: Type.Optional(ratio("Tensor pipe active")),
    dram_active: Type.Optional(ratio("Memory interface active")),
    mem_free_bytes: Type.Optional(memory("Free memory")),
    mem_reserved_bytes: Type.Optional(memory("Memory the driver keeps")),
    temp_c: Type.Optional(
      Type.Number({ minimum: -50, maximum: 250, description: "Core temperature, Celsius" }),
    ),
    mem_temp_c: Type.Optional(
      Type.Number({ minimum: -50, maximum: 250, description: "Memory temperature, Celsius" }),
    ),
    sm_clock_hz: Type.Optional(amount("SM clock")),
    mem_clock_hz: Type.Optional(amount("Memory clock")),
    power_limit_w: Type.Optional(amount("Power limit in force")),
    xid_last: Type.Optional(count("Last XID error code")),
    ecc_uncorrected_total: Type.Optional(count("Uncorrected ECC errors, counter")),
    throttle_reasons: Type.Optional(
      Type.Array(label("Reason"), { maxItems: 32, description: "Why clocks are lowered" }),
    ),
  },
  { $id: "gpu.metrics.v1", description: "One GPU over one interval" },
);
export type GpuEvent = Static<typeof gpuEventSchema>;

export const tokenEventSchema = Type.Object(
  {
    ...envelope,
    kind: oneOf(["interval", "request"], "Counter difference over a window, or one request"),
    model: name("Model that was asked for"),
    input_tokens: count("Prompt tokens, cached ones included"),
    output_tokens: count("Generated tokens, reasoning included"),
    requests: count("Requests this event stands for (1 for a request, those finished for an interval)"),
    window_start: Type.Optional(
      Type.String({ maxLength: 40, description: "Start of the interval, RFC 3339" }),
    ),
    window_end: Type.Optional(Type.String({ maxLength: 40, description: "End of the interval, RFC 3339" })),
    request_id: Type.Optional(label("Identity of the request at its server")),
    finish_reason: Type.Optional(label("Why generation ended")),
    error_type: Type.Optional(label("Set when the request failed")),
    errors: Type.Optional(count("Failed requests in an interval")),
    served_model: Type.Optional(label("Model that answered")),
    model_version: Type.Optional(label("Version of the model")),
    lora: Type.Optional(label("Adapter in use")),
    provider: Type.Optional(label("Who serves it")),
    operation: Type.Optional(label("chat, completion, embedding …")),
    cache_read_tokens: Type.Optional(count("Prompt tokens read from cache, part of input_tokens")),
    cache_write_tokens: Type.Optional(count("Prompt tokens written to cache, part of input_tokens")),
    reasoning_tokens: Type.Optional(count("Reasoning tokens, part of output_tokens")),
    latency_s: Type.Optional(seconds("End to end seconds, summed over the requests")),
    ttft_s: Type.Optional(seconds("Time to first token in seconds, summed over the requests")),
    tpot_s: Type.Optional(seconds("Mean seconds per output token after the first")),
    queue_s: Type.Optional(seconds("Seconds waiting, summed over the requests")),
    prefill_s: Type.Optional(seconds("Seconds in prefill, summed over the requests")),
    decode_s: Type.Optional(seconds("Seconds in decode, summed over the requests")),
    ttft_counts: Type.Optional(buckets("ttft", "Requests of an interval by time to first token")),
    tpot_counts: Type.Optional(buckets("tpot", "Requests of an interval by time per output token")),
    e2e_counts: Type.Optional(buckets("e2e", "Requests of an interval by time end to end")),
    running: Type.Optional(count("Requests running at ts")),
    waiting: Type.Optional(count("Requests waiting at ts")),
    kv_cache_ratio: Type.Optional(ratio("Share of the KV cache in use at ts")),
    preemptions: Type.Optional(count("Preemptions in the interval")),
    gpu_uuids: Type.Optional(
      Type.Array(name("GPU"), { maxItems: 64, description: "GPUs that did the work, when known" }),
    ),
    gpu_index: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 4096, description: "Index of that GPU on the host" }),
    ),
  },
  { $id: "token.usage.v1", description: "Tokens of one request, or of one counter window" },
);
export type TokenEvent = Static<typeof tokenEventSchema>;

export type TelemetryEvent = GpuEvent | TokenEvent;
