import { type WireRequest, wireRequest } from "./requests.ts";

export type Coordinator = { readonly errorCode: number; readonly node: number };

export const findCoordinatorRequest = (group: string): WireRequest<Coordinator> =>
  wireRequest(
    { key: 10, version: 2, name: "FindCoordinator", flexible: false },
    (writer) => writer.string(group).int8(0),
    (reader) => {
      reader.int32(); // throttle time
      const errorCode = reader.int16();
      reader.string(); // the error in words
      return { errorCode, node: reader.int32() };
    },
  );

export type JoinOptions = {
  readonly group: string;
  readonly member: string;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  /** How partitions are dealt out; all members must agree on one. */
  readonly protocol: string;
  readonly subscription: Uint8Array;
};
export type Joined = {
  readonly errorCode: number;
  readonly generation: number;
  readonly leader: string;
  readonly member: string;
  /** Only the leader learns who the others are. */
  readonly members: readonly { readonly id: string; readonly subscription: Uint8Array }[];
};

const NETWORK_MS = 5_000;

/** The answer comes when all members have joined, or the rebalance timeout has passed. */
export const joinGroupRequest = (options: JoinOptions): WireRequest<Joined> =>
  wireRequest(
    { key: 11, version: 5, name: "JoinGroup", flexible: false },
    (writer) => {
      writer.string(options.group).int32(options.sessionTimeoutMs).int32(options.rebalanceTimeoutMs);
      writer.string(options.member).string(null).string("consumer");
      writer.array([options.protocol], (name) => void writer.string(name).bytes(options.subscription));
    },
    (reader) => {
      reader.int32(); // throttle time
      const errorCode = reader.int16();
      const generation = reader.int32();
      reader.string(); // the protocol that was chosen: there is one
      const leader = reader.string() ?? "";
      const member = reader.string() ?? "";
      const members = reader.array(() => {
        const id = reader.string() ?? "";
        reader.string(); // static membership is not used
        return { id, subscription: reader.bytes(reader.int32()) };
      });
      return { errorCode, generation, leader, member, members };
    },
    options.rebalanceTimeoutMs + NETWORK_MS,
  );

/** A member as the coordinator knows it in one generation of the group. */
export type Membership = { readonly group: string; readonly generation: number; readonly member: string };
export type Synced = { readonly errorCode: number; readonly assignment: Uint8Array };

/** The leader sends who gets what, the others nothing; everyone is answered with its own part. */
export const syncGroupRequest = (
  { group, generation, member }: Membership,
  assignments: ReadonlyMap<string, Uint8Array>,
  timeoutMs: number,
): WireRequest<Synced> =>
  wireRequest(
    { key: 14, version: 3, name: "SyncGroup", flexible: false },
    (writer) => {
      writer.string(group).int32(generation).string(member).string(null);
      writer.array([...assignments], ([id, assignment]) => void writer.string(id).bytes(assignment));
    },
    (reader) => {
      reader.int32(); // throttle time
      return { errorCode: reader.int16(), assignment: reader.bytes(Math.max(0, reader.int32())) };
    },
    timeoutMs,
  );

/** Answers with an error code. */
export const heartbeatRequest = ({ group, generation, member }: Membership): WireRequest<number> =>
  wireRequest(
    { key: 12, version: 3, name: "Heartbeat", flexible: false },
    (writer) => writer.string(group).int32(generation).string(member).string(null),
    (reader) => {
      reader.int32(); // throttle time
      return reader.int16();
    },
  );

/** Answers with an error code. */
export const leaveGroupRequest = (group: string, member: string): WireRequest<number> =>
  wireRequest(
    { key: 13, version: 3, name: "LeaveGroup", flexible: false },
    (writer) => writer.string(group).array([member], (id) => void writer.string(id).string(null)),
    (reader) => {
      reader.int32(); // throttle time
      return reader.int16();
    },
  );
