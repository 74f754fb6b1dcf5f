import { Ca3Error } from "../../support/errors.ts";
import type { TopicSpec } from "../port.ts";
import type { LogFile } from "./log-file.ts";
import { MAX_PARTITIONS } from "./schema.ts";

export type Partition = {
  readonly id: number;
  readonly topic: string;
  readonly number: number;
  readonly origin: string;
  /** Offset of the oldest record that is kept. */
  start: number;
  /** Offset after the newest record. */
  end: number;
  /** Bytes of the values that are kept. */
  bytes: number;
};

export type Topic = {
  readonly id: number;
  readonly name: string;
  retentionMs: number | undefined;
  readonly partitions: Partition[];
};

type Row = {
  topic: number;
  name: string;
  retention_ms: number | null;
  id: number;
  number: number;
  start_offset: number;
  end_offset: number;
  bytes: number;
};

/** What the file holds, kept in memory and read again when another process has written. */
export type Catalogue = {
  topics(): readonly Topic[];
  /** Throws CA3_NOT_FOUND. */
  topic(name: string): Topic;
  /** Reads the file again if another process has written since; says whether it did. */
  refresh(): boolean;
  /** Reads the file again after this process has changed it. */
  reload(): void;
  /** Creates and grows topics inside the caller's transaction. */
  ensure(specs: readonly TopicSpec[]): void;
};

/** `changed` is called, a moment later, whenever another process turns out to have written. */
export function openCatalogue(file: LogFile, changed: () => void): Catalogue {
  const version = file.prepare<{ data_version: number }, []>("PRAGMA data_version");
  const rows = file.prepare<Row, []>(`
    SELECT topic.id AS topic, name, retention_ms, partition.id, number, start_offset, end_offset, bytes
    FROM partition JOIN topic ON topic.id = partition.topic ORDER BY topic.id, number`);
  const addTopic = file.prepare<{ id: number }, [string, number | null]>(`
    INSERT INTO topic (name, retention_ms) VALUES (?1, ?2)
    ON CONFLICT (name) DO UPDATE SET retention_ms = ?2 RETURNING id`);
  const addPartition = file.prepare<never, [number, number]>(
    "INSERT OR IGNORE INTO partition (topic, number) VALUES (?, ?)",
  );
  const countOthers = file.prepare<{ n: number }, [number, number]>(
    "SELECT count(*) AS n FROM partition WHERE NOT (topic = ? AND number < ?)",
  );
  const topics = new Map<string, Topic>();
  let seen = -1;

  const take = (row: Row): void => {
    let topic = topics.get(row.name);
    if (!topic) {
      topic = { id: row.topic, name: row.name, retentionMs: undefined, partitions: [] };
      topics.set(row.name, topic);
    }
    topic.retentionMs = row.retention_ms ?? undefined;
    let partition = topic.partitions[row.number];
    if (!partition) {
      const origin = `${file.identity}/${row.name}/${row.number}`;
      partition = { id: row.id, topic: row.name, number: row.number, origin, start: 0, end: 0, bytes: 0 };
      topic.partitions.push(partition);
    }
    partition.start = row.start_offset;
    partition.end = row.end_offset;
    partition.bytes = row.bytes;
  };
  const reload = () => {
    for (const row of rows.all()) take(row);
  };
  const refresh = (): boolean => {
    const now = version.get()!.data_version;
    if (now === seen) return false;
    seen = now;
    reload();
    setImmediate(changed);
    return true;
  };
  file.use(refresh);
  return {
    topics: () => [...topics.values()],
    topic(name) {
      const found = topics.get(name) ?? (file.use(refresh) ? topics.get(name) : undefined);
      if (found) return found;
      const known = [...topics.keys()].join(", ") || "none";
      throw new Ca3Error("CA3_NOT_FOUND", `the event log has no topic ${name} (it has: ${known})`, {
        hint: "ca3 topics",
      });
    },
    refresh: () => file.use(refresh),
    reload: () => file.use(reload),
    ensure(specs) {
      for (const { name, partitions, retentionMs } of specs) {
        if (!Number.isSafeInteger(partitions) || partitions < 1)
          throw new RangeError(`topic ${name}: ${partitions} is not a number of partitions`);
        const { id } = addTopic.get(name, retentionMs ?? null)!;
        if (countOthers.get(id, partitions)!.n + partitions > MAX_PARTITIONS)
          throw new RangeError(`topic ${name}: more than ${MAX_PARTITIONS} partitions in one log`);
        for (let number = 0; number < partitions; number += 1) addPartition.run(id, number);
      }
    },
  };
}
