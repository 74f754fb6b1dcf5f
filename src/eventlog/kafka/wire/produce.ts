import type { Reader } from "./reader.ts";
import { type WireApi, type WireRequest, wireRequest } from "./requests.ts";

/** Zstandard may be sent from this version on. */
export const produceApi: WireApi = { key: 0, version: 7, name: "Produce" };

export type ProduceBatch = { readonly topic: string; readonly partition: number; readonly batch: Uint8Array };
export type Produced = {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  readonly baseOffset: number;
};

const ALL_IN_SYNC_REPLICAS = -1;
const NETWORK_MS = 5_000;

/** At most one batch per partition; the answer comes when every in-sync replica has it, or after `timeoutMs`. */
export function produceRequest(
  batches: readonly ProduceBatch[],
  timeoutMs: number,
): WireRequest<readonly Produced[]> {
  const byTopic = Map.groupBy(batches, ({ topic }) => topic);
  return wireRequest(
    { ...produceApi, flexible: false },
    (writer) => {
      writer.string(null).int16(ALL_IN_SYNC_REPLICAS).int32(timeoutMs);
      writer.array([...byTopic], ([topic, own]) => {
        writer.string(topic).array(own, ({ partition, batch }) => void writer.int32(partition).bytes(batch));
      });
    },
    readProduced,
    timeoutMs + NETWORK_MS,
  );
}

function readProduced(reader: Reader): readonly Produced[] {
  const topics = reader.array(() => {
    const topic = reader.string() ?? "";
    return reader.array(() => {
      const produced = {
        topic,
        partition: reader.int32(),
        errorCode: reader.int16(),
        baseOffset: reader.int64(),
      };
      reader.int64(); // append time
      reader.int64(); // log start offset
      return produced;
    });
  });
  return topics.flat();
}
