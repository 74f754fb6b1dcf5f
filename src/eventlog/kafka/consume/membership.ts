import { assign } from "../../assign.ts";
import type { KafkaClient } from "../transport/client.ts";
import { NetworkError } from "../transport/failures.ts";
import { isKafkaError, KafkaError, throwIfError } from "../transport/kafka-error.ts";
import {
  findCoordinatorRequest,
  heartbeatRequest,
  type Joined,
  joinGroupRequest,
  leaveGroupRequest,
  type Membership,
  syncGroupRequest,
} from "../wire/group.ts";
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
  type Place,
} from "../wire/member-data.ts";
import { type NotedOffset, offsetCommitRequest, offsetFetchRequest } from "../wire/offsets.ts";
import type { WireRequest } from "../wire/requests.ts";

export type MembershipOptions = {
  readonly group: string;
  readonly topics: readonly string[];
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
};

/** All members must name the same one; another way of dealing out partitions needs another name. */
const PROTOCOL = "ca3-even";
const AGAIN = ["REBALANCE_IN_PROGRESS", "ILLEGAL_GENERATION", "UNKNOWN_MEMBER_ID", "MEMBER_ID_REQUIRED"];

/** One member of a consumer group, as its coordinator sees it. Errors come as `KafkaError` or of the network. */
export class GroupMember {
  #coordinator: number | undefined;
  #id = "";

  constructor(
    private readonly client: KafkaClient,
    private readonly options: MembershipOptions,
  ) {}

  /** Joins, again after each change in between, and answers with what this member is to read. */
  async join(): Promise<{ readonly membership: Membership; readonly places: readonly Place[] }> {
    for (;;) {
      try {
        const { generation, member, leader, members } = await this.#joinOnce();
        const membership = { group: this.options.group, generation, member };
        const plan = leader === member ? await this.#plan(members) : new Map();
        const { rebalanceTimeoutMs } = this.options;
        const synced = await this.#call(syncGroupRequest(membership, plan, rebalanceTimeoutMs));
        throwIfError(synced.errorCode, this.options.group);
        return { membership, places: decodeAssignment(synced.assignment) };
      } catch (error) {
        if (!isKafkaError(error, ...AGAIN)) throw error;
        if (error.type === "UNKNOWN_MEMBER_ID") this.#id = "";
      }
    }
  }

  /** Rejects with the reason to join again, or to find out who coordinates. */
  async heartbeat(membership: Membership): Promise<void> {
    throwIfError(await this.#call(heartbeatRequest(membership)), this.options.group);
  }

  async commit(membership: Membership, offsets: readonly NotedOffset[]): Promise<void> {
    const answers = await this.#call(offsetCommitRequest(membership, offsets));
    for (const { errorCode, topic } of answers) throwIfError(errorCode, topic);
  }

  /** An offset of -1 means that none was committed. */
  async committed(places: readonly Place[]): Promise<readonly NotedOffset[]> {
    if (places.length === 0) return [];
    const answer = await this.#call(offsetFetchRequest(this.options.group, places));
    throwIfError(answer.errorCode, this.options.group);
    for (const { errorCode, topic } of answer.places) throwIfError(errorCode, topic);
    return answer.places;
  }

  /** `joining` says that a call of `join` still waits for others, and with it the connection. */
  async leave(joining: boolean): Promise<void> {
    if (this.#id === "" || this.#coordinator === undefined) return;
    const id = this.#id;
    this.#id = "";
    await this.client.send(this.#coordinator, leaveGroupRequest(this.options.group, id), joining);
  }

  /** The coordinator does not know this member any more. */
  forgotten(): void {
    this.#id = "";
  }

  async #joinOnce(): Promise<Joined> {
    const { group, topics, sessionTimeoutMs, rebalanceTimeoutMs } = this.options;
    const request = joinGroupRequest({
      ...{ group, sessionTimeoutMs, rebalanceTimeoutMs, member: this.#id, protocol: PROTOCOL },
      subscription: encodeSubscription(topics),
    });
    const joined = await this.#call(request);
    if (joined.member !== "") this.#id = joined.member;
    throwIfError(joined.errorCode, group);
    return joined;
  }

  async #plan(members: Joined["members"]): Promise<ReadonlyMap<string, Uint8Array>> {
    const readers = members
      .map(({ id, subscription }) => ({ id, topics: new Set(decodeSubscription(subscription)) }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    const names = [...new Set(readers.flatMap(({ topics }) => [...topics]))].sort();
    await this.client.refresh(names);
    const places = names.flatMap((topic) =>
      (this.client.known(topic)?.partitions ?? []).map(({ partition }) => ({ topic, partition })),
    );
    const numbered = places.map((place, id) => ({ ...place, id }));
    const owners = assign(readers, numbered, new Map());
    return new Map(
      readers.map((reader) => [
        reader.id,
        encodeAssignment(numbered.filter(({ id }) => owners.get(id) === reader)),
      ]),
    );
  }

  async #call<T>(request: WireRequest<T>): Promise<T> {
    this.#coordinator ??= await findCoordinator(this.client, this.options.group);
    try {
      const answer = await this.client.send(this.#coordinator, request);
      const code = codeIn(answer);
      if (code !== 0 && MOVED.includes(new KafkaError(code).type)) this.#coordinator = undefined;
      return answer;
    } catch (error) {
      this.#coordinator = undefined;
      throw error;
    }
  }
}

const MOVED = ["NOT_COORDINATOR_FOR_GROUP", "GROUP_COORDINATOR_NOT_AVAILABLE"];

/** The error code of an answer about a group, in whichever of its shapes. */
function codeIn(answer: unknown): number {
  if (typeof answer === "number") return answer;
  const first = Array.isArray(answer) ? answer[0] : answer;
  return (first as { errorCode?: number } | undefined)?.errorCode ?? 0;
}

/** The broker that keeps a group. */
export async function findCoordinator(client: KafkaClient, group: string): Promise<number> {
  let failure: unknown = new NetworkError("no broker is known");
  for (const node of await client.nodes()) {
    try {
      const found = await client.send(node, findCoordinatorRequest(group));
      throwIfError(found.errorCode, group);
      if (!client.cluster?.brokers.some((broker) => broker.node === found.node)) await client.refresh([]);
      return found.node;
    } catch (error) {
      failure = error;
    }
  }
  await client.refresh([]).catch(() => {});
  throw failure;
}
