/**
 * Inserts events as documents with the driver and nothing else, 1000 at a time, four calls in flight:
 * `bun insert.ts URL EVENTS GPUS`. They lie in memory before the time is taken. Prints one line of JSON.
 */
import { MongoClient } from "mongodb";
import { collections } from "../../../src/store/mongo/collections.ts";
import type { EventKind } from "../../../src/telemetry/topics.ts";
import { report } from "../report.ts";
import { backlog, Cluster } from "../workload.ts";

const [url = "", events = "0", gpus = "64"] = process.argv.slice(2);
const PER_CALL = 1_000;
const IN_FLIGHT = 4;

type Document = { _id: string } & Record<string, unknown>;
const calls: { readonly kind: EventKind; readonly documents: Document[] }[] = [];
const open = new Map<EventKind, Document[]>();
const cluster = new Cluster(Number(gpus), "raw-insert");
let offset = 0;
for (const { kind, event, tsMs } of backlog(cluster, Number(events), Date.now())) {
  const { event_id: _id, ts: _, ...fields } = event;
  const ts = new Date(tsMs);
  let documents = open.get(kind);
  if (documents === undefined || documents.length === PER_CALL) {
    documents = [];
    open.set(kind, documents);
    calls.push({ kind, documents });
  }
  // the same fields as those of the processor's documents
  documents.push({ _id, ts, aged_from: ts, origin: `bench/${kind}/0`, offset: offset++, ...fields });
}

const client = await new MongoClient(url).connect();
const worker = async () => {
  for (let call = calls.shift(); call; call = calls.shift())
    await client
      .db()
      .collection<Document>(collections.events[call.kind])
      .insertMany(call.documents, { ordered: false, writeConcern: { w: "majority", journal: true } });
};
const finish = report();
await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
finish(Number(events));
await client.close();
