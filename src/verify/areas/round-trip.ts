import type { EventLog } from "../../eventlog/port.ts";
import type { Answer, Subject } from "../subject.ts";

/** Nothing else reads or writes it, and it has no dead letters. */
export const PROBE_TOPIC = "ca3.verify";
const KEPT_MS = 3_600_000;

/** Sends one record to a topic of our own and reads until it comes back. */
export async function roundTrip(log: EventLog, subject: Subject, signal: AbortSignal): Promise<Answer> {
  const { clock, runId } = subject;
  await log.ensureTopics([{ name: PROBE_TOPIC, partitions: 1, retentionMs: KEPT_MS }]);
  const startMs = clock.now();
  await log.append([{ topic: PROBE_TOPIC, key: runId, value: new TextEncoder().encode(runId) }]);
  const sentMs = clock.now() - startMs;
  const came = Promise.withResolvers<void>();
  const aborted = () => came.reject(new Error("stopped"));
  signal.addEventListener("abort", aborted, { once: true });
  came.promise.catch(() => {});
  const consumer = await log.consume({
    ...{
      group: `ca3-verify-${runId}`,
      topics: [PROBE_TOPIC],
      maxBatchBytes: 2 ** 20,
      maxBatchRecords: 1_000,
    },
    onBatch: async ({ records }) => {
      if (records.some(({ key }) => key === runId)) came.resolve();
    },
  });
  try {
    await Promise.race([came.promise, consumer.done]);
  } finally {
    signal.removeEventListener("abort", aborted);
    await consumer.stop();
  }
  return { summary: `acknowledged in ${sentMs} ms, back in ${clock.now() - startMs} ms` };
}
