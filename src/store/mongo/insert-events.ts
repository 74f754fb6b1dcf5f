import { Ca3Error } from "../../support/errors.ts";
import { type EventKind, eventKinds } from "../../telemetry/topics.ts";
import type { InsertOutcome, Position, StoredEvent } from "../port.ts";
import { collections } from "./collections.ts";
import { DURABLY, type MongoLink } from "./driver/link.ts";
import { Documents } from "./driver/sequence.ts";
import { writeEvent } from "./event-document.ts";
import { DUPLICATE, writeErrors } from "./write-result.ts";

/** A message is sent when it has this many bytes, or this many documents. */
const MESSAGE_BYTES = 768 * 1024;
const MESSAGE_DOCUMENTS = 2_000;

const DOING = "cannot store events";

/** Codes of the server for a document that it will never take: too large, too deep, not valid, against a rule. */
const REFUSALS: ReadonlySet<number> = new Set([
  2, 9, 14, 15, 22, 40, 52, 55, 56, 57, 121, 10334, 17280, 17419, 17420,
]);

type Message = { readonly kind: EventKind; readonly documents: Documents; readonly indexes: number[] };
type Outcome = { readonly duplicates: Map<number, Position>; readonly refused: Map<number, string> };

/**
 * Inserts unordered and without looking first: who was there before is named by the server's answer, and asked for its
 * place. Events that expire in between are inserted again.
 */
export function createEventWriter(link: MongoLink, retentionMs: number) {
  async function insert(
    events: readonly StoredEvent[],
    wanted: readonly number[],
    outcome: Outcome,
  ): Promise<void> {
    const messages = messagesOf(events, wanted, retentionMs, outcome.refused);
    const again = (await Promise.all(messages.map((message) => send(message, events, outcome)))).flat();
    if (again.length > 0) await insert(events, again, outcome);
  }

  /** Returns the indexes of events that are neither stored nor there before. */
  async function send(message: Message, events: readonly StoredEvent[], outcome: Outcome): Promise<number[]> {
    const { kind, documents, indexes } = message;
    const command = { insert: collections.events[kind], documents, ordered: false, ...DURABLY };
    const answer = await link.command(DOING, command);
    documents.release();
    const there: number[] = [];
    for (const { index, code, errmsg, keyPattern } of writeErrors(DOING, answer)) {
      const sameId = code === DUPLICATE && (keyPattern === undefined || "_id" in keyPattern);
      if (sameId) there.push(indexes[index]!);
      else if (code === DUPLICATE || REFUSALS.has(code))
        outcome.refused.set(indexes[index]!, `${errmsg} (${code})`);
      else throw new Ca3Error("CA3_STORE_UNAVAILABLE", `${DOING}: ${errmsg} (${code})`);
    }
    if (there.length === 0) return [];
    const held = await positions(
      kind,
      there.map((index) => events[index]!.event.event_id),
    );
    return there.filter((index) => {
      const position = held.get(events[index]!.event.event_id);
      if (position) outcome.duplicates.set(index, position);
      return position === undefined;
    });
  }

  async function positions(kind: EventKind, ids: readonly string[]): Promise<ReadonlyMap<string, Position>> {
    type Held = Position & { readonly _id: string };
    const found = await link.query(DOING, (signal) =>
      link.db
        .collection<Held>(collections.events[kind])
        .find(
          { _id: { $in: [...ids] } },
          {
            projection: { origin: 1, offset: 1 },
            readConcern: "majority",
            signal,
            batchSize: ids.length + 1,
          },
        )
        .toArray(),
    );
    return new Map(found.map(({ _id, origin, offset }) => [_id, { origin, offset }]));
  }

  return async (events: readonly StoredEvent[]): Promise<InsertOutcome> => {
    const outcome: Outcome = { duplicates: new Map(), refused: new Map() };
    if (events.length > 0) await insert(events, [...events.keys()], outcome);
    return { ...outcome, duplicates: inOrder(outcome.duplicates) };
  };
}

function messagesOf(
  events: readonly StoredEvent[],
  wanted: readonly number[],
  retentionMs: number,
  refused: Map<number, string>,
): readonly Message[] {
  const messages: Message[] = [];
  const open = new Map<EventKind, Message>();
  for (const index of wanted) {
    const item = events[index]!;
    let message = open.get(item.kind);
    if (message === undefined) {
      message = { kind: item.kind, documents: new Documents("documents"), indexes: [] };
      open.set(item.kind, message);
    }
    const { documents, indexes } = message;
    const refusal = documents.add((into) => writeEvent(into, item, retentionMs));
    if (refusal !== undefined) refused.set(index, refusal);
    else indexes.push(index);
    if (documents.bytes >= MESSAGE_BYTES || documents.count >= MESSAGE_DOCUMENTS) {
      messages.push(message);
      open.delete(item.kind);
    }
  }
  for (const kind of eventKinds) {
    const message = open.get(kind);
    if (message?.documents.count) messages.push(message);
    else message?.documents.release();
  }
  return messages;
}

const inOrder = <T>(found: Map<number, T>): ReadonlyMap<number, T> =>
  found.size < 2 ? found : new Map([...found].sort(([a], [b]) => a - b));
