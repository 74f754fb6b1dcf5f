import { isOutage } from "../../support/errors.ts";
import type { OutRecord } from "../port.ts";

type Waiting = {
  readonly records: readonly OutRecord[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

/** Upper bound of what one transaction takes together; one call that is larger goes alone. */
const GROUP_RECORDS = 10_000;
const GROUP_BYTES = 8 * 1024 * 1024;

/**
 * Calls that wait at the same time share one transaction, so that they share one write to the disk. Order is kept.
 * `write` stores all it is given or throws; a call that can never be written does not take the others with it.
 */
export function createAppendQueue(write: (lists: readonly (readonly OutRecord[])[]) => Promise<void>) {
  const waiting: Waiting[] = [];
  let draining: Promise<void> | undefined;

  const takeGroup = (): Waiting[] => {
    let records = 0;
    let bytes = 0;
    let size = 0;
    for (const one of waiting) {
      records += one.records.length;
      for (const { value } of one.records) bytes += value.length;
      if (size > 0 && (records > GROUP_RECORDS || bytes > GROUP_BYTES)) break;
      size += 1;
    }
    return waiting.splice(0, size);
  };
  const send = async (group: readonly Waiting[]): Promise<void> => {
    try {
      await write(group.map(({ records }) => records));
      for (const one of group) one.resolve();
    } catch (error) {
      if (group.length > 1 && !isOutage(error)) for (const one of group) await send([one]);
      else for (const one of group) one.reject(error);
    }
  };
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      await send(takeGroup());
    }
    draining = undefined;
  };
  return {
    append(records: readonly OutRecord[]): Promise<void> {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      waiting.push({ records, resolve, reject });
      draining ??= drain();
      return promise;
    },
    /** Resolves when nothing waits any more. */
    settled: async (): Promise<void> => draining,
  };
}
