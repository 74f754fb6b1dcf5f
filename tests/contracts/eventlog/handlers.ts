import { expect } from "bun:test";
import { aborted } from "../../../src/support/aborted.ts";
import { systemClock } from "../../../src/support/clock.ts";
import { until } from "../../helpers/until.ts";
import { type Contract, read, records } from "./rig.ts";

/** A handler that waits until it is let go. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { open: resolve, passed: promise };
}

export const handlerPromises: Contract = {
  "the batches of a partition are handled one at a time, in order": async ({ log, topic, group }) => {
    const name = await topic(3);
    const busy = new Set<number>();
    let overlaps = 0;
    const next = new Map<number, number>();
    let disorder = 0;
    const reading = await read(log, name, {
      group: group(),
      maxBatchRecords: 5,
      onBatch: async ({ partition, records }) => {
        if (busy.has(partition)) overlaps += 1;
        busy.add(partition);
        await systemClock.sleep(1);
        if (records[0]!.offset !== (next.get(partition) ?? 0)) disorder += 1;
        next.set(partition, records.at(-1)!.offset + 1);
        busy.delete(partition);
      },
    });
    for (let call = 0; call < 10; call += 1) await log.append(records(name, 30));
    await until("300 records were read", () => reading.count() === 300);
    await reading.consumer.stop();
    expect({ overlaps, disorder }).toEqual({ overlaps: 0, disorder: 0 });
  },
  "when a handler fails, the consumer ends with that error and the batch comes again": async ({
    log,
    topic,
    group,
  }) => {
    const [name, mine] = [await topic(1), group()];
    await log.append(records(name, 30));
    const failure = new Error("the store is on fire");
    const first = await read(log, name, {
      group: mine,
      maxBatchRecords: 10,
      onBatch: async ({ records }) => {
        if (records[0]!.offset >= 10) throw failure;
      },
    });
    expect(await first.consumer.done.catch((error: unknown) => error)).toBe(failure);
    expect(first.count()).toBe(10);
    expect(first.consumer.assignment()).toEqual([]);
    await first.consumer.stop();
    const second = await read(log, name, { group: mine });
    await until("the rest was read", () => second.count() >= 20);
    await second.consumer.stop();
    expect(second.batches[0]!.records[0]!.offset).toBe(10);
    expect(second.count()).toBe(20);
  },
  "a handler that throws before its first await is a handler that fails": async ({ log, topic, group }) => {
    const name = await topic(1);
    await log.append(records(name, 1));
    const failure = new TypeError("thrown at once");
    const consumer = await log.consume({
      group: group(),
      topics: [name],
      maxBatchBytes: 1000,
      maxBatchRecords: 10,
      onBatch: () => {
        throw failure;
      },
    });
    expect(await consumer.done.catch((error: unknown) => error)).toBe(failure);
    expect((await log.topics()).length).toBeGreaterThan(0);
  },
  "stop aborts the signal, waits for the running batch and commits it": async ({ log, topic, group }) => {
    const [name, mine] = [await topic(1), group()];
    await log.append(records(name, 20));
    const started = gate();
    const mayEnd = gate();
    let told = false;
    const reading = await read(log, name, {
      group: mine,
      maxBatchRecords: 10,
      onBatch: async (_, signal) => {
        started.open();
        await aborted(signal);
        told = true;
        await mayEnd.passed;
      },
    });
    await started.passed;
    let stopped = false;
    const stopping = Promise.all([reading.consumer.stop(), reading.consumer.stop()]).then(() => {
      stopped = true;
    });
    await until("the handler was told", () => told);
    expect(stopped).toBe(false);
    mayEnd.open();
    await stopping;
    await reading.consumer.done;
    await reading.consumer.stop();
    expect(reading.count()).toBe(10);
    expect(await log.lag(mine, [name])).toMatchObject([{ committed: 10, lag: 10 }]);
  },
  "a handler that gives up when it is told to commits nothing, and that is no failure": async ({
    log,
    topic,
    group,
  }) => {
    const [name, mine] = [await topic(1), group()];
    await log.append(records(name, 20));
    const started = gate();
    const reading = await read(log, name, {
      group: mine,
      maxBatchRecords: 10,
      onBatch: async (_, signal) => {
        started.open();
        await aborted(signal);
        throw signal.reason;
      },
    });
    await started.passed;
    await reading.consumer.stop();
    await reading.consumer.done;
    expect(await log.lag(mine, [name])).toMatchObject([{ committed: 0, lag: 20 }]);
  },
  "while one partition is slow, the others go on": async ({ log, topic, group }) => {
    const name = await topic(2);
    await log.append(records(name, 40));
    const slow = gate();
    let held: number | undefined;
    const reading = await read(log, name, {
      group: group(),
      maxBatchRecords: 5,
      onBatch: async ({ partition }) => {
        held ??= partition;
        if (partition === held) await slow.passed;
      },
    });
    const others = () => reading.batches.filter(({ partition }) => partition !== held).length;
    await until("the other partition was read", () => others() >= 4);
    expect(reading.batches.every(({ partition }) => partition !== held)).toBe(true);
    slow.open();
    await until("the slow one was read", () => reading.count() === 40);
    await reading.consumer.stop();
  },
};
