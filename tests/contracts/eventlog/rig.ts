import type {
  ConsumeOptions,
  EventLog,
  LogConsumer,
  LogRecord,
  OutRecord,
  RecordBatch,
} from "../../../src/eventlog/port.ts";
import { until } from "../../helpers/until.ts";

/** One log that lasts for one test; connections to it come and go. */
export type LogBackend = {
  connect(): Promise<EventLog> | EventLog;
  remove(): Promise<void> | void;
};

/** What a promise is checked with. All names are new, so that a backend may be shared with other tests. */
export type Rig = {
  readonly log: EventLog;
  /** One more connection to the same log, as another process would have it. */
  connect(): Promise<EventLog>;
  /** Closes `log` and connects anew. */
  reconnect(): Promise<EventLog>;
  /** A new topic with this many partitions. */
  topic(partitions: number): Promise<string>;
  group(): string;
};

/** Promises of the port by their sentence; each throws when it is broken. */
export type Contract = Readonly<Record<string, (rig: Rig) => Promise<void>>>;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
export const bytesOf = (text: string): Uint8Array => encoder.encode(text);
export const textOf = (record: LogRecord): string => decoder.decode(record.value);
export const texts = (batches: readonly RecordBatch[]): string[] =>
  batches.flatMap(({ records }) => records.map(textOf));

/** Records with the texts `<prefix>0` and so on, without keys unless `key` says otherwise. */
export const records = (
  topic: string,
  count: number,
  { prefix = "", key = null }: { prefix?: string; key?: string | null } = {},
): OutRecord[] => Array.from({ length: count }, (_, i) => ({ topic, key, value: bytesOf(`${prefix}${i}`) }));

export type Reading = {
  readonly consumer: LogConsumer;
  readonly batches: RecordBatch[];
  readonly count: () => number;
  readonly texts: () => string[];
};

type ReadOptions = Partial<Omit<ConsumeOptions, "topics">> & { readonly group: string };

/** A consumer that keeps the batches whose handler has resolved. */
export async function read(
  log: EventLog,
  topics: string | readonly string[],
  options: ReadOptions,
): Promise<Reading> {
  const batches: RecordBatch[] = [];
  const consumer = await log.consume({
    maxBatchBytes: 1024 * 1024,
    maxBatchRecords: 1000,
    ...options,
    topics: typeof topics === "string" ? [topics] : topics,
    onBatch: async (batch, signal) => {
      await options.onBatch?.(batch, signal);
      batches.push(batch);
    },
  });
  return {
    consumer,
    batches,
    count: () => batches.reduce((sum, { records }) => sum + records.length, 0),
    texts: () => texts(batches),
  };
}

/** Reads what a group has not done yet, until `count` records are there, and stops. */
export async function readAll(
  log: EventLog,
  topic: string,
  count: number,
  options: Partial<ReadOptions> = {},
): Promise<readonly RecordBatch[]> {
  const reading = await read(log, topic, { group: `all-${crypto.randomUUID()}`, ...options });
  await until(`${count} records were read`, () => reading.count() >= count);
  await reading.consumer.stop();
  return reading.batches;
}

/** Offset after the last record of each partition that was read. */
export function ends(batches: readonly RecordBatch[]): Map<number, number> {
  return new Map(batches.map(({ partition, records }) => [partition, records.at(-1)!.offset + 1]));
}
