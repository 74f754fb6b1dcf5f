import { expect } from "bun:test";
import { type Contract, type Reading, read, records, textOf, until } from "./rig.ts";

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
  "a batch on a partition that is taken away is aborted, is not committed, and comes to the new owner":
    async ({ log, topic, group }) => {
      const [name, mine] = [await topic(2), group()];
      await log.append(records(name, 100));
      let revoked: number | undefined;
      const holding = new Set<number>();
      const first = await read(log, name, {
        group: mine,
        onBatch: ({ partition }, signal) =>
          new Promise((resolve) => {
            holding.add(partition);
            signal.addEventListener("abort", () => {
              revoked ??= partition;
              resolve(); // resolves although it was taken away: this must not count as done
            });
          }),
      });
      await until("the first holds both partitions", () => holding.size === 2);
      const second = await read(log, name, { group: mine });
      await until("the second was given a batch", () => second.batches.length > 0);
      expect(second.batches[0]!.partition).toBe(revoked!);
      expect(second.batches[0]!.records[0]!.offset).toBe(0);
      await until("the second has read its partition", () => second.count() === second.batches[0]!.endOffset);
      await Promise.all([first.consumer.stop(), second.consumer.stop()]);
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
