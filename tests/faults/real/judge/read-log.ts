import type { EventLog, LogRecord } from "../../../../src/eventlog/port.ts";

export type ReadPartition = {
  readonly partition: number;
  readonly origin: string;
  readonly records: LogRecord[];
};

const PATIENCE_MS = 60_000;

/** Everything a topic holds now, by partition, in order. */
export async function readTopic(log: EventLog, topic: string): Promise<readonly ReadPartition[]> {
  const group = `judge-${crypto.randomUUID()}`;
  const wanted = new Map((await log.lag(group, [topic])).map(({ partition, lag }) => [partition, lag]));
  const read = new Map<number, ReadPartition>();
  const consumer = await log.consume({
    ...{ group, topics: [topic], maxBatchBytes: 4_000_000, maxBatchRecords: 20_000 },
    onBatch: async ({ partition, origin, records }) => {
      const there = read.get(partition) ?? { partition, origin, records: [] };
      read.set(partition, there);
      there.records.push(...records);
    },
  });
  const whole = () => [...wanted].every(([at, count]) => (read.get(at)?.records.length ?? 0) >= count);
  const deadlineMs = Date.now() + PATIENCE_MS;
  while (!whole()) {
    if (Date.now() > deadlineMs) throw new Error(`the judge could not read all of ${topic}`);
    await Bun.sleep(20);
  }
  await consumer.stop();
  return [...read.values()].sort((a, b) => a.partition - b.partition);
}
