/** A record on its way into the log. */
export type OutRecord = {
  readonly topic: string;
  /** Records with the same key stay in order, in one partition. `null` spreads them evenly. */
  readonly key: string | null;
  readonly value: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * When set, the topic holds at most one record with this id, however often it is sent and whoever dies in between.
   * Used for dead letters, where the id is the place the rejected record came from.
   */
  readonly onceId?: string;
  /**
   * With `onceId`: no record with that id was appended before this moment, by the log's clock, ms since the epoch. It
   * spares a log without an index from looking through all it holds.
   */
  readonly onceSinceMs?: number;
};

/** A record read back from the log. */
export type LogRecord = {
  readonly offset: number;
  readonly key: string | null;
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  /** When the log took the record, ms since the epoch. Decisions that must not change on a replay use this clock. */
  readonly appendedMs: number;
  /**
   * Why the records that stand here cannot be read, in words; absent for all others. The bytes then are those of what was
   * sent together, as the log holds them: another program packed it in a way that nobody here can unpack.
   */
  readonly unreadable?: string;
};

/** Consecutive records of one partition. */
export type RecordBatch = {
  readonly topic: string;
  readonly partition: number;
  /**
   * `<identity>/<topic>/<partition>`: offsets are comparable only within one origin. A topic that is deleted and created
   * anew has another identity.
   */
  readonly origin: string;
  readonly records: readonly LogRecord[];
  /** Offset after the newest record in the partition when the batch was read. */
  readonly endOffset: number;
};

export type TopicSpec = {
  readonly name: string;
  readonly partitions: number;
  /** How long records are kept, in ms; absent keeps them for ever. */
  readonly retentionMs?: number;
};
export type TopicInfo = TopicSpec & {
  readonly records: number;
  readonly bytes: number;
  /** How often each record is kept, where a log keeps copies. */
  readonly copies?: {
    readonly replication: number;
    /** Copies that are up to date, of the partition that has the fewest. */
    readonly inSync: number;
    /** How many must have a record before it counts as kept. */
    readonly minInSync: number;
  };
};

export type PartitionLag = {
  readonly topic: string;
  readonly partition: number;
  /** Offset of the next record the group will read; 0 or the oldest kept one when it has none committed. */
  readonly committed: number;
  readonly endOffset: number;
  /** Records not yet processed. */
  readonly lag: number;
  /** Age of the oldest unprocessed record in seconds; 0 when there is none. */
  readonly lagSeconds: number;
};

export type ConsumeOptions = {
  readonly group: string;
  readonly topics: readonly string[];
  /** Upper bound of the values in one batch; a single larger record still arrives alone. */
  readonly maxBatchBytes: number;
  readonly maxBatchRecords: number;
  /**
   * Called for one partition at a time per partition, in order, possibly for several partitions at once. When it
   * resolves, everything in the batch is done and its offset may be committed. When it rejects, the consumer stops,
   * commits nothing of that batch, and `done` rejects with the same error. `signal` aborts when the partition is
   * taken away or the consumer stops: finish or give up quickly; after that the offset is not committed.
   */
  readonly onBatch: (batch: RecordBatch, signal: AbortSignal) => Promise<void>;
};

export interface LogConsumer {
  /** Partitions this member owns now. */
  assignment(): readonly { readonly topic: string; readonly partition: number }[];
  /** Settles when the consumer has ended: resolves after `stop`, rejects when it cannot go on. */
  readonly done: Promise<void>;
  /** Stops fetching, lets running batches end, commits what is done, leaves the group. Idempotent. */
  stop(): Promise<void>;
}

/**
 * A durable, partitioned log with consumer groups that start at the oldest record.
 *
 * Every implementation keeps: an acknowledged record is never lost; order within a partition; each partition has one
 * consumer per group; delivery is at least once; memory is bounded by the batch limits. A call that may succeed later
 * rejects with CA3_LOG_UNAVAILABLE.
 */
export interface EventLog {
  /** Creates missing topics; applies retention; never lowers the number of partitions. Idempotent. */
  ensureTopics(specs: readonly TopicSpec[]): Promise<void>;
  /** Resolves when all records are durable; all or a part may be in the log when it rejects, so send again. */
  append(records: readonly OutRecord[]): Promise<void>;
  /** Joins the group and starts reading. Rejects with CA3_NOT_FOUND for a topic that does not exist. */
  consume(options: ConsumeOptions): Promise<LogConsumer>;
  /** How far a group is behind on each partition of the topics. */
  lag(group: string, topics: readonly string[]): Promise<readonly PartitionLag[]>;
  /** Every topic, in no order. `bytes` are as stored, which may be compressed; 0 when this user may not see them. */
  topics(): Promise<readonly TopicInfo[]>;
  /** Rejects when the log cannot be used now. */
  ping(): Promise<void>;
  /** Stops all consumers, waiting for running batches only for a while, and lets go of everything. Idempotent. */
  close(): Promise<void>;
}
