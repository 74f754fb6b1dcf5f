import type { GpuEvent, TelemetryEvent, TokenEvent } from "../../telemetry/events.ts";
import { parseTimestamp } from "../../telemetry/timestamp.ts";
import type { EventKind } from "../../telemetry/topics.ts";
import type { Mint } from "./mint.ts";
import type { TraceOptions } from "./options.ts";
import type { Row } from "./trace.ts";

/** An event that was recorded as one. */
export class JsonlRow implements Row {
  readonly startMs: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly requests: number;
  readonly gpu?: string;

  constructor(
    readonly kind: EventKind,
    private readonly event: TelemetryEvent,
    readonly tsMs: number,
    /** It was recorded without an identity. */
    private readonly isAnonymous: boolean,
    private readonly options: TraceOptions,
  ) {
    const token = kind === "token" ? (event as TokenEvent) : undefined;
    this.inputTokens = token?.input_tokens ?? 0;
    this.outputTokens = token?.output_tokens ?? 0;
    this.requests = token?.requests ?? 0;
    if (token) this.startMs = token.window_start === undefined ? tsMs : parseTimestamp(token.window_start);
    else {
      this.startMs = tsMs - Math.round((event as GpuEvent).interval_s * 1000);
      this.gpu = (event as GpuEvent).gpu_uuid;
    }
  }

  /** The event as it was recorded where its identity is kept, else the same numbers under an identity of this run. */
  build(mint: Mint): TelemetryEvent {
    const event = { ...this.event };
    if (event.team === undefined && this.options.team !== undefined) event.team = this.options.team;
    if (mint.keepsIds && !this.isAnonymous) return event;
    event.event_id = mint.eventId;
    event.ts = mint.iso(this.tsMs);
    event.source_id = mint.sourceId;
    event.boot_id = mint.bootId;
    event.seq = mint.seq;
    if (this.kind === "token") moveWindow(event as TokenEvent, mint);
    return event;
  }
}

function moveWindow(event: TokenEvent, mint: Mint): void {
  if (event.window_start !== undefined) event.window_start = mint.iso(parseTimestamp(event.window_start));
  if (event.window_end !== undefined) event.window_end = mint.iso(parseTimestamp(event.window_end));
}
