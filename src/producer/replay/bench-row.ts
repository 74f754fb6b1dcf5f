import type { TokenEvent } from "../../telemetry/events.ts";
import { SCHEMA_VERSION } from "../../telemetry/schema-version.ts";
import { millionths, withKnown } from "../known.ts";
import type { BenchRequest, BenchResult } from "./bench-result.ts";
import type { Mint } from "./mint.ts";
import type { TraceOptions } from "./options.ts";
import type { Row } from "./trace.ts";

const envelope = (mint: Mint, tsMs: number, options: TraceOptions) => ({
  event_id: mint.eventId,
  schema_version: SCHEMA_VERSION,
  ts: mint.iso(tsMs),
  source: "replay",
  source_id: mint.sourceId,
  boot_id: mint.bootId,
  seq: mint.seq,
  host: options.host,
});

/**
 * One request of a benchmark. A failed one counts no tokens, as in the totals of the benchmark; its time is
 * `interpolated` where the result holds no start times.
 */
export class BenchRequestRow implements Row {
  readonly kind = "token";
  readonly requests = 1;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly startMs: number;

  constructor(
    readonly tsMs: number,
    private readonly request: BenchRequest,
    private readonly model: string,
    private readonly isEstimated: boolean,
    private readonly options: TraceOptions,
  ) {
    this.startMs = tsMs;
    const hasFailed = request.error !== "";
    this.inputTokens = hasFailed ? 0 : request.inputTokens;
    this.outputTokens = hasFailed ? 0 : request.outputTokens;
  }

  build(mint: Mint): TokenEvent {
    const { error, ttftS, latencyS, outputTokens } = this.request;
    const decodeS = ttftS !== undefined && latencyS !== undefined ? latencyS - ttftS : 0;
    const event: TokenEvent = {
      ...envelope(mint, this.tsMs, this.options),
      quality: this.isEstimated ? "interpolated" : "measured",
      kind: "request",
      model: this.model,
      input_tokens: this.inputTokens,
      output_tokens: this.outputTokens,
      requests: 1,
    };
    return withKnown(event, {
      error_type: error === "" ? undefined : errorType(error),
      ttft_s: ttftS,
      latency_s: latencyS === undefined ? undefined : millionths(latencyS),
      tpot_s: decodeS > 0 && outputTokens > 1 ? millionths(decodeS / (outputTokens - 1)) : undefined,
      team: this.options.team,
    });
  }
}

/** A whole benchmark of which only the totals were saved. */
export class BenchTotalsRow implements Row {
  readonly kind = "token";
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly requests: number;
  readonly startMs: number;

  constructor(
    readonly tsMs: number,
    private readonly result: BenchResult,
    private readonly options: TraceOptions,
  ) {
    this.startMs = tsMs - Math.round(result.durationS * 1000);
    this.inputTokens = result.inputTokens;
    this.outputTokens = result.outputTokens;
    this.requests = result.completed + result.failed;
  }

  build(mint: Mint): TokenEvent {
    const { model, completed, failed, meanTtftS, meanLatencyS } = this.result;
    const end = mint.iso(this.tsMs);
    const event: TokenEvent = {
      ...envelope(mint, this.tsMs, this.options),
      quality: "measured",
      kind: "interval",
      model: model ?? this.options.model,
      input_tokens: this.inputTokens,
      output_tokens: this.outputTokens,
      requests: this.requests,
      window_start: mint.iso(this.startMs),
      window_end: end,
    };
    return withKnown(event, {
      errors: failed > 0 ? failed : undefined,
      ttft_s: meanTtftS === undefined ? undefined : millionths(meanTtftS * completed),
      latency_s: meanLatencyS === undefined ? undefined : millionths(meanLatencyS * completed),
      team: this.options.team,
    });
  }
}

/** The name of the exception that a Python traceback ends with. */
function errorType(error: string): string {
  const last = error.trimEnd().split("\n").at(-1)!.trim();
  return /^[\w.]{1,200}(?=:|$)/.exec(last)?.[0] ?? "error";
}
