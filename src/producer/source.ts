import type { TelemetryEvent } from "../telemetry/events.ts";
import type { EventKind } from "../telemetry/topics.ts";
import type { Pace } from "./pacing.ts";

/** One event and when it is due on the clock of the run. */
export type SourcedEvent = {
  readonly kind: EventKind;
  readonly event: TelemetryEvent;
  /** Wall-clock time, ms since the epoch, before which the event must not be sent; 0 means at once. */
  readonly dueMs: number;
};

export type SourceHealth = {
  readonly ok: boolean;
  /** One sentence a person understands. */
  readonly detail: string;
  readonly lastSuccessMs?: number;
};

/** What a source that reads the world counts about its readings: the metrics `producer_*{source}`. */
export type SourceMeters = {
  /** One reading, good or not, and how long it took. */
  timed(tookMs: number): void;
  /** A reading that failed; `reason` is one of a small set of words. */
  failed(reason: string): void;
  /** Counters that started again from zero, or fell for another reason. */
  reset(counters?: number): void;
  /** A value whose unit was not the declared one and was corrected. */
  rescaled(field: string, values?: number): void;
  /** All fields that the last reading lacked; those of the reading before it are taken back. */
  missing(fields: Iterable<string>): void;
};

export type SourceBatch = {
  readonly events: readonly SourcedEvent[];
  /** What to resume from after the batch was acknowledged. */
  readonly checkpoint: string;
  /**
   * What to resume from before that, kept before the first event is sent. A source that cannot read the same thing twice
   * puts its unacknowledged events in it, and gives them out again.
   */
  readonly before?: string;
};

/**
 * Where events come from. Deterministic sources (replay, synthetic) yield the same events with the same ids whenever
 * they are opened with the same settings, and can start again from a checkpoint they gave out.
 */
export interface EventSource {
  /** Unique among the sources of a run; also the name in metrics and health. */
  readonly name: string;
  /** Short description for the start-up note, such as `replay of trace.csv, 19,366 requests`. */
  describe(): string;
  /** Sentences that must accompany its numbers, such as that they are modelled. */
  readonly notes?: readonly string[];
  /** Upper bound of how fast its events are sent; absent means as fast as they are due and the log takes them. */
  readonly pace?: Pace;
  /**
   * Yields batches of events in order of `dueMs`. Ends when there is nothing more. `resume` is a checkpoint from an
   * earlier run, if there is one.
   */
  read(signal: AbortSignal, resume?: string): AsyncIterable<SourceBatch>;
  /** All batches up to the one with this checkpoint are in the log. */
  acknowledged?(checkpoint: string): void;
  health(): SourceHealth;
  /** Called once before `read`, when somebody counts. */
  countIn?(meters: SourceMeters): void;
  /** Rows left out so far because they could not be read, when the source may skip them. */
  skippedRows?(): number;
}
