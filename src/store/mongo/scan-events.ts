import type { FindCursor } from "mongodb";
import { type EventKind, eventKinds } from "../../telemetry/topics.ts";
import type { ScanFilter, StoredEvent } from "../port.ts";
import { collections } from "./collections.ts";
import type { MongoLink } from "./driver/link.ts";
import { type EventDocument, readEvent } from "./event-document.ts";

const STEP_EVENTS = 500;
const DOING = "cannot read events";

/** All events in order of id: both collections are read in that order, and the smaller of the two next ids comes first. */
export async function* scanEvents(
  link: MongoLink,
  retentionMs: number,
  { kind, fromMs, toMs, ids }: ScanFilter,
): AsyncGenerator<StoredEvent> {
  const ts = {
    ...(fromMs !== undefined && { $gte: date(fromMs) }),
    ...(toMs !== undefined && { $lt: date(toMs) }),
  };
  const filter = {
    ...(fromMs === undefined && toMs === undefined ? {} : { ts }),
    ...(ids === undefined ? {} : { _id: { $in: ids } }),
  };
  const wanted = eventKinds.filter((one) => kind === undefined || one === kind);
  const readers = wanted.map((one) => scanOne(link, retentionMs, one, filter));
  try {
    const heads = await Promise.all(readers.map((reader) => reader.next()));
    for (;;) {
      let first = -1;
      for (const [at, head] of heads.entries())
        if (!head.done && (first < 0 || isBefore(head.value, heads[first]!.value))) first = at;
      if (first < 0) return;
      yield heads[first]!.value;
      heads[first] = await readers[first]!.next();
    }
  } finally {
    for (const reader of readers) await reader.return(undefined);
  }
}

async function* scanOne(
  link: MongoLink,
  retentionMs: number,
  kind: EventKind,
  filter: object,
): AsyncGenerator<StoredEvent> {
  const cursor: FindCursor<EventDocument> = link.db
    .collection<EventDocument>(collections.events[kind])
    .find(filter, { sort: { _id: 1 }, batchSize: STEP_EVENTS, allowDiskUse: false });
  try {
    for (;;) {
      const next = await link.query(DOING, () => cursor.next());
      if (next === null) return;
      yield readEvent(kind, next, retentionMs);
      for (const document of cursor.readBufferedDocuments())
        yield readEvent(kind, document as EventDocument, retentionMs);
    }
  } finally {
    await cursor.close().catch(() => {});
  }
}

/** By bytes, as the server sorts. */
function isBefore(a: StoredEvent, b: StoredEvent): boolean {
  return Buffer.compare(Buffer.from(a.event.event_id), Buffer.from(b.event.event_id)) < 0;
}

/** Within what a date can be. */
const date = (ms: number): Date => new Date(Math.max(-8.64e15, Math.min(8.64e15, ms)));
