import type { TelemetryEvent } from "../telemetry/events.ts";
import type { Dimension, Dimensions, ResolutionS, RollupKey, Sums } from "../telemetry/rollup.ts";
import type { EventKind } from "../telemetry/topics.ts";

/** Where in the log something came from; see `RecordBatch.origin`. */
export type Position = { readonly origin: string; readonly offset: number };

/** One event to keep. `event.event_id` is its identity. */
export type StoredEvent = Position & {
  readonly kind: EventKind;
  readonly tsMs: number;
  /** When it may be deleted, ms since the epoch. */
  readonly expiresMs: number;
  readonly event: TelemetryEvent;
  /** The event as JSON when the caller has the bytes at hand; saves an adapter from serialising again. */
  readonly json?: Uint8Array;
};

export type InsertOutcome = {
  /** By index into the input: an event with this id was there before, and came from this place. */
  readonly duplicates: ReadonlyMap<number, Position>;
  /** By index into the input: this one can never be stored, and why. */
  readonly refused: ReadonlyMap<number, string>;
};

/**
 * What one batch adds to one rollup. The store adds only what lies above the highest offset that the rollup already
 * includes; `since` gives the part of this delta above an offset, or nothing when all is included already.
 */
export type RollupDelta = {
  readonly key: RollupKey;
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly sums: Readonly<Sums>;
  /** Newest and oldest event time in the delta, ms. */
  readonly newestMs: number;
  readonly oldestMs: number;
  since(offset: number): RollupDelta | undefined;
};

/** What a batch adds besides its events. */
export type Additions = { readonly deltas: readonly RollupDelta[]; readonly latest: readonly LatestEvent[] };

export type RollupQuery = {
  readonly resolutionS: ResolutionS;
  /** Buckets that start at or after `fromMs` and before `toMs`. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly kind?: EventKind;
  readonly groupBy: readonly (Dimension | "kind" | "bucket")[];
  readonly where?: Partial<Dimensions>;
};
export type RollupRow = {
  /** Present when asked for with `groupBy`. */
  readonly kind?: EventKind;
  readonly bucketMs?: number;
  /** Only the dimensions asked for. */
  readonly dimensions: Partial<Dimensions>;
  readonly sums: Sums;
  readonly newestMs: number;
  readonly oldestMs: number;
};

/** The newest event of one GPU or one token source. */
export type LatestEvent = {
  readonly kind: EventKind;
  readonly subject: string;
  readonly tsMs: number;
  readonly event: TelemetryEvent;
};

export type DeadLetterState = "open" | "replayed" | "dropped";
export type DeadLetter = Position & {
  /** `<origin>/<offset>`: the same rejected record is kept once. */
  readonly id: string;
  readonly topic: string;
  readonly key: string | null;
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  /** Machine-readable class, such as `malformed_json`. */
  readonly reason: string;
  readonly detail: string;
  readonly appendedMs: number;
  readonly state: DeadLetterState;
};
export type DeadLetterQuery = {
  readonly state?: DeadLetterState;
  readonly reason?: string;
  /** Continue after this id. Order is by id. */
  readonly after?: string;
  readonly limit: number;
};

/** Which events are meant; all that is named has to hold. */
export type ScanFilter = {
  readonly kind?: EventKind;
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Those that are looked up cost nothing by how many others there are. */
  readonly ids?: readonly string[];
};

export type Freshness = {
  readonly kind: EventKind;
  readonly newestMs: number;
  readonly oldestMs: number;
  readonly events: number;
};

/**
 * Where telemetry is kept. Every implementation keeps: what a call acknowledged survives a crash; no call is needed to
 * be atomic with another one; repeating any call with the same arguments changes nothing. A call that may succeed
 * later rejects with CA3_STORE_UNAVAILABLE; nothing is half-known then, so repeat it.
 */
export interface TelemetryStore {
  /**
   * Inserts what is not there yet. Ids within one call must be distinct. Refuses an event of more than 16 MiB, or with
   * a time or offset that is no whole number, and stores the others.
   */
  insertEvents(events: readonly StoredEvent[]): Promise<InsertOutcome>;
  /**
   * `insertEvents`, and `applyRollups` and `keepLatest` as well when every event is new, in one durable write; `complete`
   * says whether it came to that. For a store that does this at less than the price of three calls.
   */
  insertWith?(
    events: readonly StoredEvent[],
    additions: Additions,
  ): Promise<InsertOutcome & { readonly complete: boolean }>;
  /** Adds each delta exactly once, by compare-and-set on the highest offset the rollup includes. */
  applyRollups(deltas: readonly RollupDelta[]): Promise<void>;
  /** Keeps, per (kind, subject), the event with the greatest time; of several with that time the one that came first. */
  keepLatest(events: readonly LatestEvent[]): Promise<void>;
  /** Keeps each dead letter once, by id; a known id is left as it is. */
  addDeadLetters(letters: readonly DeadLetter[]): Promise<void>;

  /** One row per group that has rollups, in no order; no row at all when nothing matches. */
  queryRollups(query: RollupQuery): Promise<readonly RollupRow[]>;
  /** The newest event of each subject of a kind, in no order. */
  latest(kind: EventKind): Promise<readonly LatestEvent[]>;
  /** One row per kind that has events, from the hour rollups: they hold every event once and never expire. */
  freshness(): Promise<readonly Freshness[]>;
  /**
   * All stored events in order of their ids, with `fromMs` ≤ time < `toMs`; for recomputation and export. Those that
   * arrive or expire during the scan may or may not be in it.
   */
  scanEvents(filter?: ScanFilter): AsyncIterable<StoredEvent>;

  /** At most `query.limit` of them, in order of their ids. */
  listDeadLetters(query: DeadLetterQuery): Promise<readonly DeadLetter[]>;
  getDeadLetter(id: string): Promise<DeadLetter | undefined>;
  /** Sets the state of those that exist; other ids are passed over. */
  markDeadLetters(ids: readonly string[], state: DeadLetterState): Promise<void>;
  /** Counts by state and reason. */
  countDeadLetters(): Promise<
    readonly { readonly state: DeadLetterState; readonly reason: string; readonly count: number }[]
  >;

  /**
   * Deletes what has expired; returns how many events and rollups went. The age of rollups counts from
   * `rollupAgeFromMs`, so a past that nothing newer follows keeps them. It may stop before all is gone, so that other
   * work gets a turn: call it again until it returns 0. A no-op where the server does it.
   */
  expire(nowMs: number): Promise<number>;
  /** Rejects when the store cannot be used now. */
  ping(): Promise<void>;
  /** Lets go of everything; every later call rejects with CA3_STORE_UNAVAILABLE. Idempotent. */
  close(): Promise<void>;
}
