import { Ca3Error } from "../../support/errors.ts";
import type { TelemetryEvent } from "../../telemetry/events.ts";
import type { EventKind } from "../../telemetry/topics.ts";
import type { LatestEvent } from "../port.ts";
import { type BsonWriter, bsonType } from "./bson/writer.ts";
import { collections } from "./collections.ts";
import { DURABLY, type MongoLink } from "./driver/link.ts";
import { Documents } from "./driver/sequence.ts";
import { FieldRules, fieldsOf, type OtherFields, writeFields } from "./event-fields.ts";
import { KnownIds } from "./rollups/known.ts";
import { DUPLICATE, writeErrors } from "./write-result.ts";

type LatestDocument = {
  readonly _id: string;
  readonly kind: EventKind;
  readonly subject: string;
  readonly ts: Date;
  readonly event: OtherFields;
};

const DOING = "cannot store the newest events";
const rules = new FieldRules();
const idOf = ({ kind, subject }: LatestEvent): string => `${kind}/${subject}`;

/** Keeps the newest event per subject; the guard is on its time, so of two with the same time the first stays. */
export function createLatestWriter(link: MongoLink) {
  const known = new KnownIds();

  /** Returns those that were there already. */
  async function insert(events: readonly LatestEvent[]): Promise<readonly LatestEvent[]> {
    const documents = new Documents("documents");
    for (const one of events) documents.add((into) => void writeLatest(into, one));
    const errors = await send({ insert: collections.latest, documents }, documents);
    for (const one of events) known.add(idOf(one));
    return errors.map((index) => events[index]!);
  }

  async function update(events: readonly LatestEvent[]): Promise<void> {
    const updates = new Documents("updates");
    for (const one of events) updates.add((into) => void writeUpdate(into, one));
    await send({ update: collections.latest, updates }, updates);
  }

  async function send(command: object, documents: Documents): Promise<readonly number[]> {
    const errors = writeErrors(DOING, await link.command(DOING, { ...command, ordered: false, ...DURABLY }));
    documents.release();
    for (const { code, errmsg } of errors)
      if (code !== DUPLICATE) throw new Ca3Error("CA3_STORE_UNAVAILABLE", `${DOING}: ${errmsg} (${code})`);
    return errors.map(({ index }) => index);
  }

  return async (events: readonly LatestEvent[]): Promise<void> => {
    const newest = newestOf(events);
    const { there = [], unknown = [] } = Object.groupBy(newest, (one) =>
      known.has(idOf(one)) ? "there" : "unknown",
    );
    const late = unknown.length === 0 ? [] : await insert(unknown);
    if (there.length + late.length > 0) await update([...there, ...late]);
  };
}

/** The winners within one call. */
function newestOf(events: readonly LatestEvent[]): readonly LatestEvent[] {
  const newest = new Map<string, LatestEvent>();
  for (const one of events) {
    const seen = newest.get(idOf(one));
    if (seen === undefined || one.tsMs > seen.tsMs) newest.set(idOf(one), one);
  }
  return [...newest.values()];
}

function writeLatest(into: BsonWriter, latest: LatestEvent): void {
  const start = into.open();
  into.string("_id", idOf(latest));
  into.string("kind", latest.kind);
  into.string("subject", latest.subject);
  writeNewest(into, latest);
  into.close(start);
}

function writeUpdate(into: BsonWriter, latest: LatestEvent): void {
  const start = into.open();
  const query = into.openField("q");
  into.string("_id", idOf(latest));
  const guard = into.openField("ts");
  into.date("$lt", latest.tsMs);
  into.close(guard);
  into.close(query);
  const update = into.openField("u");
  const set = into.openField("$set");
  writeNewest(into, latest);
  into.close(set);
  into.close(update);
  into.close(start);
}

function writeNewest(into: BsonWriter, { tsMs, event }: LatestEvent): void {
  into.date("ts", tsMs);
  const fields = into.openField("event", bsonType.document);
  writeFields(into, event, rules);
  into.close(fields);
}

export async function readLatest(link: MongoLink, kind: EventKind): Promise<readonly LatestEvent[]> {
  const ids = { $gte: `${kind}/`, $lt: `${kind}0` };
  const found = await link.query("cannot read the newest events", (signal) =>
    link.db
      .collection<LatestDocument>(collections.latest)
      .find({ _id: ids }, { sort: { _id: 1 }, signal })
      .toArray(),
  );
  return found.map(({ subject, ts, event }) => ({
    kind,
    subject,
    tsMs: ts.getTime(),
    event: fieldsOf(event) as unknown as TelemetryEvent,
  }));
}
