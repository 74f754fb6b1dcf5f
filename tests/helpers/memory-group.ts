import type { ConsumeOptions, LogConsumer, LogRecord } from "../../src/eventlog/port.ts";
import type { MemoryTopic } from "./memory-log.ts";

export interface MemoryGroup {
  join(options: ConsumeOptions): LogConsumer;
  committed(topic: string, partition: number): number;
  wake(): void;
  /** There may be more partitions than before. */
  spread(): void;
  close(): Promise<void>;
}

type Owned = {
  readonly topic: string;
  readonly partition: number;
  readonly abort: AbortController;
  /** Goes to another member: what ends now does not count as done. */
  revoked: boolean;
  ended: Promise<void>;
};
type Member = {
  readonly options: ConsumeOptions;
  readonly owned: Map<string, Owned>;
  fail(error: unknown): void;
};

const id = (topic: string, partition: number) => `${topic}/${partition}`;

/** A consumer group in memory: every partition has one owner, and a change of members moves partitions over. */
export function memoryGroup(identity: string, topicOf: (name: string) => MemoryTopic): MemoryGroup {
  const members: Member[] = [];
  const offsets = new Map<string, number>();
  const waiting = new Set<() => void>();
  let moving: Promise<void> = Promise.resolve();

  const wake = () => {
    for (const go of waiting) go();
    waiting.clear();
  };

  async function serve(member: Member, owned: Owned): Promise<void> {
    const { topic, partition, abort } = owned;
    const key = id(topic, partition);
    while (!abort.signal.aborted) {
      const held = topicOf(topic).partitions[partition]!;
      const records = upTo(held, offsets.get(key) ?? 0, member.options);
      if (records.length === 0) {
        await new Promise<void>((resolve) => {
          waiting.add(resolve);
          abort.signal.addEventListener("abort", () => resolve(), { once: true });
        });
        continue;
      }
      const origin = `${identity}/${topic}/${partition}`;
      try {
        await member.options.onBatch(
          { topic, partition, origin, records, endOffset: held.length },
          abort.signal,
        );
        if (!owned.revoked) offsets.set(key, records.at(-1)!.offset + 1);
      } catch (error) {
        if (!abort.signal.aborted) member.fail(error);
        return;
      }
    }
  }

  const release = async (member: Member, keep: ReadonlySet<string>, revoked: boolean): Promise<void> => {
    const leaving = [...member.owned].filter(([key]) => !keep.has(key));
    for (const [, owned] of leaving) {
      owned.revoked = revoked;
      owned.abort.abort();
    }
    await Promise.all(leaving.map(([, owned]) => owned.ended));
    for (const [key] of leaving) member.owned.delete(key);
  };

  async function rebalance(): Promise<void> {
    const shares = new Map<Member, Map<string, { topic: string; partition: number }>>();
    for (const member of members) shares.set(member, new Map());
    for (const topic of new Set(members.flatMap((member) => member.options.topics)))
      for (const [partition] of topicOf(topic).partitions.entries()) {
        const able = members.filter((member) => member.options.topics.includes(topic));
        shares.get(able[partition % able.length]!)!.set(id(topic, partition), { topic, partition });
      }
    await Promise.all(members.map((member) => release(member, new Set(shares.get(member)!.keys()), true)));
    for (const [member, share] of shares)
      for (const [key, place] of share) {
        if (member.owned.has(key)) continue;
        const owned: Owned = {
          ...place,
          abort: new AbortController(),
          revoked: false,
          ended: Promise.resolve(),
        };
        member.owned.set(key, owned);
        owned.ended = serve(member, owned);
      }
  }

  const move = (change: () => Promise<void>): Promise<void> => {
    moving = moving.then(change).then(rebalance);
    return moving;
  };

  const leave = (member: Member) =>
    move(async () => {
      await release(member, new Set(), false);
      const at = members.indexOf(member);
      if (at >= 0) members.splice(at, 1);
    });

  return {
    wake,
    spread: () => void move(async () => {}),
    committed: (topic, partition) => offsets.get(id(topic, partition)) ?? 0,
    join(options) {
      const { promise: done, resolve, reject } = Promise.withResolvers<void>();
      done.catch(() => {});
      const member: Member = {
        options,
        owned: new Map(),
        fail: (error) => void leave(member).then(() => reject(error)),
      };
      void move(async () => void members.push(member));
      let stopped: Promise<void> | undefined;
      return {
        done,
        assignment: () => [...member.owned.values()].map(({ topic, partition }) => ({ topic, partition })),
        stop: () => {
          stopped ??= leave(member).then(resolve);
          return stopped;
        },
      };
    },
    close: async () => {
      await Promise.all([...members].map(leave));
    },
  };
}

function upTo(held: readonly LogRecord[], from: number, { maxBatchBytes, maxBatchRecords }: ConsumeOptions) {
  const records: LogRecord[] = [];
  let bytes = 0;
  for (let at = from; at < held.length && records.length < maxBatchRecords; at++) {
    const record = held[at]!;
    bytes += record.value.length;
    if (records.length > 0 && bytes > maxBatchBytes) break;
    records.push(record);
  }
  return records;
}
