import type { TokenEvent } from "../../telemetry/events.ts";
import { SCHEMA_VERSION } from "../../telemetry/schema-version.ts";
import { withKnown } from "../known.ts";
import type { CounterDeltas } from "./counter-deltas.ts";
import type { CounterSample } from "./counter-sample.ts";
import type { Mint } from "./mint.ts";
import type { TraceOptions } from "./options.ts";
import type { Row } from "./trace.ts";

/** What a vLLM server did from one reading of its counters to the next. */
export class CounterRow implements Row {
  readonly kind = "token";
  readonly tsMs: number;
  readonly startMs: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly requests: number;

  constructor(
    before: CounterSample,
    private readonly after: CounterSample,
    private readonly deltas: CounterDeltas,
    private readonly options: TraceOptions,
  ) {
    this.tsMs = after.tsMs;
    this.startMs = before.tsMs;
    this.inputTokens = Math.round(deltas.input ?? 0);
    this.outputTokens = Math.round(deltas.output ?? 0);
    this.requests = Math.round(deltas.requests ?? 0);
  }

  build(mint: Mint): TokenEvent {
    const { deltas } = this;
    const { gauges } = this.after;
    const end = mint.iso(this.tsMs);
    const event: TokenEvent = {
      event_id: mint.eventId,
      schema_version: SCHEMA_VERSION,
      ts: end,
      source: "replay",
      source_id: mint.sourceId,
      boot_id: mint.bootId,
      seq: mint.seq,
      host: this.options.host,
      quality: "measured",
      kind: "interval",
      model: this.after.model ?? this.options.model,
      input_tokens: this.inputTokens,
      output_tokens: this.outputTokens,
      requests: this.requests,
      window_start: mint.iso(this.startMs),
      window_end: end,
    };
    return withKnown(event, {
      cache_read_tokens: cacheRead(deltas, this.inputTokens),
      preemptions: rounded(deltas.preemptions),
      latency_s: deltas.latencyS,
      ttft_s: deltas.ttftS,
      queue_s: deltas.queueS,
      prefill_s: deltas.prefillS,
      decode_s: deltas.decodeS,
      running: rounded(gauges.running),
      waiting: rounded(gauges.waiting),
      kv_cache_ratio: (gauges.kvCacheRatio ?? 2) <= 1 ? gauges.kvCacheRatio : undefined,
      team: this.options.team,
    });
  }
}

/** Cached tokens are a part of the input; a scrape between two counters must not make them more. */
const cacheRead = ({ cacheRead: tokens }: CounterDeltas, inputTokens: number): number | undefined =>
  tokens === undefined ? undefined : Math.min(Math.round(tokens), inputTokens);

const rounded = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : Math.round(value);
