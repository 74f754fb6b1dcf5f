import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedLog } from "../../src/eventlog/embedded.ts";
import type { LogRecord } from "../../src/eventlog/port.ts";
import { openEmbeddedStore } from "../../src/store/embedded.ts";
import type { DeadLetterState } from "../../src/store/port.ts";
import { deadLetter } from "../contracts/store/dead-letters.ts";
import { type CliOptions, ca3 } from "../helpers/cli.ts";

export const TOPIC = "gpu.metrics.v1";
const bytes = (text: string) => new TextEncoder().encode(text);
export const letter = (offset: number, more: Parameters<typeof deadLetter>[1] = {}) =>
  deadLetter(id(offset), {
    origin: `L/${TOPIC}/0`,
    offset,
    value: bytes(`{"gpu_index": ${offset}`),
    headers: { "content-type": "application/json" },
    ...more,
  });
export const id = (offset: number) => `L/${TOPIC}/0/${offset}`;

export const [broken, old, binary] = [
  letter(1),
  letter(2, { reason: "too_old", detail: "47 days old, at most 30" }),
  letter(3, { value: new Uint8Array([255, 0, 10]), key: null, headers: {} }),
];

/** A data folder with three dead letters, open as a running `ca3 up` has it: both files stay open here. */
export async function openFolder() {
  const folder = mkdtempSync(join(tmpdir(), "ca3-dlq-"));
  const store = openEmbeddedStore(join(folder, "store.db"));
  const log = openEmbeddedLog(join(folder, "log.db"));
  await log.ensureTopics([{ name: TOPIC, partitions: 2 }]);
  await store.addDeadLetters([broken, old, binary]);
  return {
    folder,
    store,
    log,
    /** Runs `ca3 dlq <line>` on the folder. */
    dlq: (line: string, options: CliOptions = {}) =>
      ca3([...["dlq", ...line.split(" ")], "--data", folder], options),
    states: async (): Promise<DeadLetterState[]> =>
      (await store.listDeadLetters({ limit: 100 })).map(({ state }) => state),
    /** Everything in the topic, read from its beginning. */
    async inTopic(): Promise<LogRecord[]> {
      const expected = (await log.topics()).find(({ name }) => name === TOPIC)!.records;
      const records: LogRecord[] = [];
      const { promise, resolve } = Promise.withResolvers<void>();
      const consumer = await log.consume({
        group: `reader-${crypto.randomUUID()}`,
        topics: [TOPIC],
        maxBatchBytes: 1e6,
        maxBatchRecords: 100,
        onBatch: async (batch) => {
          records.push(...batch.records);
          if (records.length >= expected) resolve();
        },
      });
      if (expected > 0) await promise;
      await consumer.stop();
      return records;
    },
    async close() {
      await log.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
