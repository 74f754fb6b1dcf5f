import { expect } from "bun:test";
import type { RecordBatch } from "../../../src/eventlog/port.ts";
import { aborted } from "../../../src/support/aborted.ts";
import { systemClock } from "../../../src/support/clock.ts";
import { until } from "../../helpers/until.ts";
import { type Contract, type Reading, read, records, textOf } from "./rig.ts";

const numbers = ({ consumer }: Reading) =>
  consumer
    .assignment()
    .map(({ partition }) => partition)
    .sort((a, b) => a - b);
const all = (count: number) => Array.from({ length: count }, (_, i) => i);

export const groupPromises: Contract = {
  "members share the partitions evenly, each partition has one of them": async ({ log, topic, group }) => {
    const [name, mine] = [await topic(6), group()];
    const first = await read(log, name, { group: mine });
    await until("the first has all", () => numbers(first).length === 6);
    const second = await read(log, name, { group: mine });
    const third = await read(log, name, { group: mine });
    const members = [first, second, third];
    await until("each has two", () => members.every((member) => numbers(member).length === 2));
    expect(members.flatMap(numbers).sort()).toEqual(all(6));
    await log.append(records(name, 600));
    const read600 = () => members.reduce((sum, member) => sum + member.count(), 0) >= 600;
    await until("all were read", read600);
    for (const member of members) expect(member.count()).toBeGreaterThan(0);
    expect(new Set(members.flatMap((member) => member.texts())).size).toBe(600);
    await Promise.all(members.map(({ consumer }) => consumer.stop()));
  },
  "the partitions of a member that leaves go to the others, who go on behind its commits": async ({
    log,
    topic,
    group,
  }) => {
    const [name, mine] = [await topic(4), group()];
    const [first, second] = [await read(log, name, { group: mine }), await read(log, name, { group: mine })];
    await until("each has two", () => [first, second].every((member) => numbers(member).length === 2));
    await log.append(records(name, 200, { prefix: "a" }));
    await until("all were read", () => first.count() + second.count() === 200);
    await first.consumer.stop();
    expect(first.consumer.assignment()).toEqual([]);
    await until("the second has all", () => numbers(second).length === 4);
    await log.append(records(name, 200, { prefix: "b" }));
    await until("the second read the rest", () => first.count() + second.count() >= 400);
    await second.consumer.stop();
    const seen = [...first.texts(), ...second.texts()];
    expect(seen.length).toBe(400);
    expect(new Set(seen).size).toBe(400);
  },
  "a member too many has nothing, until another one leaves": async ({ log, topic, group }) => {
    const [name, mine] = [await topic(2), group()];
    const members = [
      await read(log, name, { group: mine }),
      await read(log, name, { group: mine }),
      await read(log, name, { group: mine }),
    ];
    const sizes = () => members.map((member) => numbers(member).length).sort();
    await until("two have one each", () => sizes().join() === "0,1,1");
    const busy = members.find((member) => numbers(member).length === 1)!;
    await busy.consumer.stop();
    await until("the idle one took over", () => sizes().join() === "0,1,1");
    await Promise.all(members.map(({ consumer }) => consumer.stop()));
  },
  "a batch on a partition that is taken away is aborted, is not committed, and then comes to the new owner":
    async ({ log, topic, group }) => {
      const [name, mine] = [await topic(2), group()];
      await log.append(records(name, 100));
      const holding = new Set<number>();
      let released = false;
      const first = await read(log, name, {
        group: mine,
        onBatch: async ({ partition }, signal) => {
          holding.add(partition);
          await aborted(signal);
          await systemClock.sleep(50);
          released = true; // resolves although it was taken away: this must not count as done
        },
      });
      await until("the first holds both partitions", () => holding.size === 2);
      let waited: boolean | undefined;
      const second = await read(log, name, {
        group: mine,
        onBatch: async () => {
          waited ??= released;
        },
      });
      await until("the second was given a batch", () => second.batches.length > 0);
      expect(waited).toBe(true);
      const [{ partition, records: given, endOffset }] = second.batches as [RecordBatch];
      expect(numbers(second)).toEqual([partition]);
      expect(given[0]!.offset).toBe(0);
      await until("the second has read its partition", () => second.count() === endOffset);
      await Promise.all([first.consumer.stop(), second.consumer.stop()]);
    },
  "a handler that gives up a partition that is taken away does not end its consumer": async ({
    log,
    topic,
    group,
  }) => {
    const [name, mine] = [await topic(2), group()];
    await log.append(records(name, 100));
    const holding = new Set<number>();
    const first = await read(log, name, {
      group: mine,
      onBatch: async ({ partition }, signal) => {
        if (holding.size === 2) return;
        holding.add(partition);
        await aborted(signal);
        throw signal.reason;
      },
    });
    await until("the first holds both partitions", () => holding.size === 2);
    const second = await read(log, name, { group: mine });
    await until("the second has read its partition", () => second.count() > 0 && numbers(first).length === 1);
    await second.consumer.stop();
    await until("the first has both again", () => numbers(first).length === 2);
    await log.append(records(name, 40, { prefix: "late" }));
    const late = () => first.texts().filter((text) => text.startsWith("late"));
    await until("the first reads on", () => late().length > 0);
    await first.consumer.stop();
    await first.consumer.done;
  },
  "a group has one consumer per partition across connections, and outlives each of them": async ({
    log,
    topic,
    group,
    connect,
  }) => {
    const [name, mine] = [await topic(3), group()];
    const other = await connect();
    const first = await read(log, name, { group: mine });
    const second = await read(other, name, { group: mine });
    await until("each partition has one", () => {
      const owners = [...numbers(first), ...numbers(second)].sort();
      return owners.join() === all(3).join();
    });
    await log.append(records(name, 300, { prefix: "a" }));
    await until("all were read", () => first.count() + second.count() >= 300);
    expect(new Set([...first.texts(), ...second.texts()]).size).toBe(300);
    expect(first.count() + second.count()).toBe(300);
    await log.close();
    await until("the second has all", () => numbers(second).length === 3);
    await other.append(records(name, 300, { prefix: "b" }));
    const late = () =>
      second.batches.flatMap((batch) => batch.records).filter((one) => textOf(one).startsWith("b"));
    await until("the second reads on", () => late().length === 300);
    await second.consumer.stop();
  },
};
