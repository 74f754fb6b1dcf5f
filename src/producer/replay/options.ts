import type { Card } from "../cards.ts";

export type ReplayOptions = {
  /** Paths of the traces, or `sample` for the one that is built in. They run together on one clock. */
  readonly files: readonly string[];
  /** How much faster than recorded events become due; `max` makes all of them due at once. Never changes their times. */
  readonly speed: number | "max";
  /** How often the traces run, one run after the other. */
  readonly loop: number | "forever";
  /** `kept` leaves the recorded times as they are, `shifted` moves them so that the run happens now. */
  readonly time: "kept" | "shifted";
  /** Wall clock at the start of the run, ms since the epoch. Keep it for a resumed run: it maps times the same way. */
  readonly startMs: number;
  /** How much of a shifted trace lies in the past at the start and is due at once. */
  readonly backfillMs?: number;
  /** IANA zone or offset of timestamps that carry none. Default UTC. */
  readonly zone?: string;
  /** Name of the model where the trace has none. */
  readonly model?: string;
  /** Cards to model when the traces have tokens and no GPU data. Default: both reference cards. */
  readonly cards?: readonly Card[];
  /** Price of a GPU per hour in millionths of a dollar, instead of the price book's. */
  readonly pricePerHourMicroUsd?: number;
  /** Skip and count rows that cannot be read, instead of refusing the file. */
  readonly lenient?: boolean;
  /** Seconds between two readings of a modelled GPU. */
  readonly sampleIntervalS?: number;
  /** Part of the identity of modelled GPUs. */
  readonly seed?: number;
  readonly team?: string;
  readonly host?: string;
  /** Column names of a CSV file without a header, in order, such as the words of `--query-gpu`. */
  readonly columns?: readonly string[];
  /** Called while the files are read through before the run, with the bytes done and in all. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
  /** Stops the reading before the run. */
  readonly signal?: AbortSignal;
};

/** What a trace needs to know of the options to read its rows. */
export type TraceOptions = {
  readonly zone: string;
  readonly model: string;
  readonly host: string;
  readonly team: string | undefined;
  readonly lenient: boolean;
  readonly pricePerHourMicroUsd: number | undefined;
  /** Seconds that a GPU event without an interval stands for. */
  readonly sampleIntervalS: number;
  readonly columns: readonly string[] | undefined;
};

/** Stands where a trace does not say which model was asked. */
const UNNAMED_MODEL = "unnamed-model";

export const traceOptions = (options: ReplayOptions): TraceOptions => ({
  zone: options.zone ?? "UTC",
  model: options.model ?? UNNAMED_MODEL,
  host: options.host ?? "replay",
  team: options.team,
  lenient: options.lenient ?? false,
  pricePerHourMicroUsd: options.pricePerHourMicroUsd,
  sampleIntervalS: options.sampleIntervalS ?? 10,
  columns: options.columns,
});
