import type { TelemetryEvent } from "../../telemetry/events.ts";
import type { EventKind } from "../../telemetry/topics.ts";
import type { Mint } from "./mint.ts";
import type { RowPolicy } from "./row-problem.ts";

export const formats = {
  azure: "Azure LLM inference trace",
  smi: "nvidia-smi log",
  bench: "vLLM benchmark result",
  counters: "vLLM counters over time",
  jsonl: "events of ca3",
} as const;
export type Format = keyof typeof formats;

/** One event of a trace before it has an identity and, when times are shifted, its final time. */
export interface Row {
  /** End of the span the event stands for, ms since the epoch, on the clock of the trace. */
  readonly tsMs: number;
  /** Start of that span; the same as `tsMs` for a request. */
  readonly startMs: number;
  readonly kind: EventKind;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly requests: number;
  /** Identity of the GPU, for GPU events. */
  readonly gpu?: string;
  build(mint: Mint): TelemetryEvent;
}

export interface Cursor<T> {
  /** The next one, or undefined when there is nothing more. */
  next(): T | undefined;
  /** Line of the file the cursor is at, from 1. */
  readonly line: number;
  close(): void;
}

/** A file as it was when it was first looked at; a log that still grows is read up to that size. */
export type TraceFile = {
  readonly path: string;
  /** What messages call it. */
  readonly label: string;
  readonly sizeBytes: number;
};

/** A recorded file that was recognised. Each `open` reads it from the start and yields the same rows in order of time. */
export interface Trace {
  readonly file: TraceFile;
  readonly format: Format;
  /** `onChunk` sees every byte of the file once. */
  open(policy: RowPolicy, onChunk?: (bytes: Uint8Array) => void): Cursor<Row>;
  /** What a reader of the numbers must know, after the trace was read through once. */
  notes(): readonly string[];
}

/** A cursor whose items are made from those of another. */
export function mapped<A, B>(from: Cursor<A>, make: (item: A) => B): Cursor<B> {
  return {
    get line() {
      return from.line;
    },
    next: () => {
      const item = from.next();
      return item === undefined ? undefined : make(item);
    },
    close: () => from.close(),
  };
}
