import type { Catalogue, Partition, Topic } from "./catalogue.ts";
import type { LogFile } from "./log-file.ts";
import { chunkId } from "./schema.ts";

/** Chunks deleted in one transaction; keeps the lock, and the pause of the event loop, short. */
const CHUNKS_AT_ONCE = 100;

/** Deletes what is older than its topic keeps. Offsets go on from where they were, also when nothing is left. */
export function createRetention(file: LogFile, catalogue: Catalogue, now: () => number) {
  const oldest = file.prepare<
    { id: number; count: number; appended_ms: number; value_bytes: number },
    [number, number]
  >(`
    SELECT id, count, appended_ms, value_bytes FROM chunk
    WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ${CHUNKS_AT_ONCE}`);
  const remove = file.prepare<never, [number, number]>("DELETE FROM chunk WHERE id BETWEEN ? AND ?");
  const shrink = file.prepare<never, [number, number, number]>(
    "UPDATE partition SET start_offset = start_offset + ?2, bytes = bytes - ?3 WHERE id = ?1",
  );
  const forgetOnce = file.prepare<never, [number, number]>(
    "DELETE FROM once WHERE topic = ? AND appended_ms < ?",
  );

  /** Deletes from the front, so what is kept has no gap; returns how many chunks went. */
  const trim = ({ id }: Partition, beforeMs: number): number => {
    const rows = oldest.all(chunkId(id, 0), chunkId(id + 1, 0) - 1);
    const kept = rows.findIndex((row) => row.appended_ms >= beforeMs);
    const old = kept < 0 ? rows : rows.slice(0, kept);
    if (old.length === 0) return 0;
    remove.run(old[0]!.id, old.at(-1)!.id);
    const records = old.reduce((sum, row) => sum + row.count, 0);
    const bytes = old.reduce((sum, row) => sum + row.value_bytes, 0);
    shrink.run(id, records, bytes);
    return old.length;
  };
  const isDue = (partition: Partition, beforeMs: number) => {
    const first = oldest.get(chunkId(partition.id, 0), chunkId(partition.id + 1, 0) - 1);
    return first !== null && first.appended_ms < beforeMs;
  };

  const apply = async (topic: Topic, beforeMs: number): Promise<void> => {
    for (const partition of topic.partitions) {
      while (file.use(() => isDue(partition, beforeMs))) {
        await file.writePatiently(() => trim(partition, beforeMs), "lazy");
        catalogue.reload();
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
    }
    await file.writePatiently(() => forgetOnce.run(topic.id, beforeMs), "lazy");
  };
  return {
    async sweep(): Promise<void> {
      for (const topic of catalogue.topics())
        if (topic.retentionMs !== undefined) await apply(topic, now() - topic.retentionMs);
    },
  };
}
