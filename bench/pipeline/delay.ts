import type { OutRecord } from "../../src/eventlog/port.ts";
import { collections } from "../../src/store/mongo/collections.ts";
import { encodeEvent, partitionKey } from "../../src/telemetry/encode.ts";
import { type EventKind, eventKinds, type Topics } from "../../src/telemetry/topics.ts";
import type { Stage } from "./stage.ts";
import { Cluster } from "./workload.ts";

const TICK_MS = 10;
const LOOK_MS = 10;
/** One event in so many is looked for in the store. */
const PROBE_EVERY = 100;
const WARM_UP_MS = 5_000;
/** An index of each collection begins with this field, so that probes are found without a look at all the others. */
const PROBE = { gpu: { gpu_uuid: "GPU-probe" }, token: { model: "probe" } } as const;

export type Paced = {
  readonly topics: Topics;
  readonly database: string;
  readonly gpus: number;
  /** Events per second. */
  readonly rate: number;
  readonly measureMs: number;
};

/**
 * Sends events at a steady rate, each with the moment at which it was made, and looks again and again for those of a
 * hundredth of them that are in the store by now. Returns how long each took, in seconds.
 */
export async function storeDelays(stage: Stage, paced: Paced): Promise<number[]> {
  const outstanding = { gpu: new Map<string, number>(), token: new Map<string, number>() };
  const delays: number[] = [];
  const beganMs = Date.now();
  const endMs = beganMs + WARM_UP_MS + paced.measureMs;
  let sending = true;

  const found = (id: string, kind: EventKind, seenMs: number) => {
    const madeMs = outstanding[kind].get(id);
    if (madeMs === undefined) return;
    outstanding[kind].delete(id);
    if (madeMs >= beganMs + WARM_UP_MS) delays.push((seenMs - madeMs) / 1000);
  };

  async function look(kind: EventKind): Promise<void> {
    const collection = stage.mongo.db(paced.database).collection(collections.events[kind]);
    while (sending || outstanding[kind].size > 0) {
      const ids = [...outstanding[kind].keys()];
      if (ids.length > 0) {
        const oldest = Math.min(...outstanding[kind].values());
        // a time for those who store times, and a text for those who store what they read
        const since = [new Date(oldest), new Date(oldest).toISOString()];
        const seen = await collection
          .find({ ...PROBE[kind], $or: since.map((ts) => ({ ts: { $gte: ts } })) })
          .project({ event_id: 1 })
          .toArray();
        const seenMs = Date.now();
        for (const { _id, event_id } of seen) found(String(event_id ?? _id), kind, seenMs);
      }
      if (Date.now() > endMs + 60_000)
        throw new Error(`${ids.length} events were not stored within a minute`);
      await Bun.sleep(LOOK_MS);
    }
  }

  async function send(): Promise<void> {
    const source = events(paced, String(beganMs));
    let sent = 0;
    const appends = new Set<Promise<void>>();
    for (let nowMs = Date.now(); nowMs < endMs; nowMs = Date.now()) {
      const due = Math.floor(((nowMs - beganMs) / 1000) * paced.rate) - sent;
      sent += due;
      const batch: OutRecord[] = [];
      for (let at = 0; at < due; at++) {
        const { record, kind, probe } = source(nowMs);
        if (probe !== undefined) outstanding[kind].set(probe, nowMs);
        batch.push(record);
      }
      const append = stage.log.append(batch).finally(() => appends.delete(append));
      appends.add(append);
      await Bun.sleep(TICK_MS);
    }
    await Promise.all(appends);
    sending = false;
  }

  await Promise.all([send(), ...eventKinds.map(look)]);
  return delays;
}

/** One event after the other, of all GPUs in turn; probes go to the partitions of those whose turn it is. */
function events({ topics, gpus }: Paced, boot: string) {
  const cluster = new Cluster(gpus, boot);
  let count = 0;
  return (tsMs: number): { record: OutRecord; kind: EventKind; probe: string | undefined } => {
    const kind = eventKinds[count % 2]!;
    const turn = count >> 1;
    const isProbe = count++ % PROBE_EVERY < 2;
    const [index, seq] = [turn % gpus, Math.floor(turn / gpus)];
    const event = kind === "gpu" ? cluster.gpu(index, seq, tsMs) : cluster.token(index, seq, tsMs);
    const value = encodeEvent(isProbe ? { ...event, ...PROBE[kind] } : event);
    const record = { topic: topics[kind], key: partitionKey(event), value };
    return { record, kind, probe: isProbe ? event.event_id : undefined };
  };
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
