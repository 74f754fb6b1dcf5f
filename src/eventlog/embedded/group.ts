import { type FileLock, tryLock } from "../../support/sqlite-lock.ts";
import { assign } from "../assign.ts";
import type { ConsumeOptions, LogConsumer } from "../port.ts";
import type { Catalogue, Partition } from "./catalogue.ts";
import type { GroupOffsets } from "./group-offsets.ts";
import type { Lease } from "./lease.ts";
import { createMember, type Member, type MemberSeat } from "./member.ts";
import type { Reader } from "./read.ts";

export type GroupSeat = {
  readonly catalogue: Catalogue;
  readonly reader: Reader;
  /** The members of a group live in one process at a time; others stand by until it has left or died. */
  readonly lockPath: string;
  openOffsets(): GroupOffsets;
  readonly concurrency: number;
  /** How long a member may take to give up a batch of a partition that goes to another one, ms. */
  readonly handoverMs: number;
};

export type Group = {
  join(options: ConsumeOptions): LogConsumer;
  /** Where the group is, as long as its members live in this process. */
  offsets(): GroupOffsets | undefined;
  /** There may be more to read, or more partitions. */
  wake(): void;
  fail(error: unknown): void;
  isEmpty(): boolean;
  stop(): Promise<void>;
  /** Lets others in although members have not ended; nothing more is committed. */
  abandon(): void;
};

type Holding = { readonly lease: Lease; readonly member: Member; leaving: boolean };
const STANDBY_MS = 200;

/** A group as this process has it. It works while it holds the lock at `lockPath`; until then it stands by. */
export function createGroup(seat: GroupSeat): Group {
  const members = new Set<Member>();
  const holdings = new Map<number, Holding>();
  let wanted = new Map<number, Member>();
  let session: { readonly lock: FileLock; readonly offsets: GroupOffsets } | undefined;
  let standingBy = false;

  const subscribed = (): Partition[] => {
    const names = new Set([...members].flatMap(({ topics }) => [...topics]));
    return [...names].flatMap((name) => seat.catalogue.topic(name).partitions);
  };
  const enter = (): boolean => {
    const lock = tryLock(seat.lockPath);
    if (!lock) return false;
    try {
      session = { lock, offsets: seat.openOffsets() };
      return true;
    } catch (error) {
      lock.release();
      throw error;
    }
  };
  const standBy = (): void => {
    if (standingBy) return;
    standingBy = true;
    setTimeout(() => {
      standingBy = false;
      if (session || members.size === 0) return;
      try {
        if (enter()) rebalance();
        else standBy();
      } catch (error) {
        fail(error);
      }
    }, STANDBY_MS);
  };
  const rebalance = (): void => {
    if (!session) return;
    const partitions = subscribed();
    wanted = assign([...members], partitions, wanted);
    const held = [...holdings.values()].map(({ lease }) => lease.partition);
    for (const partition of new Set([...partitions, ...held])) hand(partition);
  };
  /** Brings one partition to the member that should have it, once the member that has it is done with it. */
  const hand = (partition: Partition): void => {
    const holding = holdings.get(partition.id);
    const target = wanted.get(partition.id);
    if (holding?.leaving || (holding && holding.member === target)) return;
    if (holding) {
      holding.leaving = true;
      const running = holding.member.revoke(holding.lease);
      const free = () => {
        if (holdings.get(partition.id) === holding) holdings.delete(partition.id);
        hand(partition);
      };
      if (running) void settledWithin(running, seat.handoverMs).then(free);
      else free();
      return;
    }
    if (!target || !session) return;
    const lease: Lease = {
      partition,
      cursor: seat.reader.cursor(partition),
      position: session.offsets.next(partition),
      revoked: false,
      running: undefined,
    };
    holdings.set(partition.id, { lease, member: target, leaving: false });
    target.grant(lease);
  };
  const abandon = (): void => {
    session?.offsets.close();
    session?.lock.release();
    session = undefined;
  };
  const leave = async (member: Member): Promise<void> => {
    members.delete(member);
    rebalance();
    const left = session;
    try {
      await left?.offsets.flush();
    } finally {
      if (left && left === session && members.size === 0) abandon();
    }
  };
  const fail = (error: unknown): void => {
    for (const member of members) member.fail(error);
  };
  const memberSeat: MemberSeat = {
    concurrency: seat.concurrency,
    commit: ({ partition, position }) => session?.offsets.commit(partition, position),
    leave,
  };

  return {
    join(options) {
      for (const name of options.topics) seat.catalogue.topic(name);
      const entered = session !== undefined || enter();
      const member = createMember(options, memberSeat);
      members.add(member);
      if (entered) rebalance();
      else standBy();
      return member;
    },
    offsets: () => session?.offsets,
    wake() {
      if (subscribed().length > wanted.size) rebalance();
      for (const member of members) member.wake();
    },
    fail,
    isEmpty: () => members.size === 0,
    stop: async () => {
      await Promise.all([...members].map((member) => member.stop()));
    },
    abandon,
  };
}

/** Resolves when `promise` has settled, or after `ms` if that is sooner. */
export async function settledWithin(promise: Promise<unknown>, ms: number): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
