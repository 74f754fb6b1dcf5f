import { Reader } from "./reader.ts";
import { Writer } from "./writer.ts";

export type Place = { readonly topic: string; readonly partition: number };

const VERSION = 0;
const nothing = new Uint8Array(0);

/** What a member of a group wants to read, as all Kafka clients write it. */
export function encodeSubscription(topics: readonly string[]): Uint8Array {
  const writer = new Writer().int16(VERSION);
  return writer.array(topics, (topic) => void writer.string(topic)).bytes(nothing).buffer;
}

export function decodeSubscription(data: Uint8Array): readonly string[] {
  const reader = new Reader(data);
  reader.int16(); // version: what newer ones add comes behind
  return reader.array(() => reader.string() ?? "");
}

/** What a member was given. */
export function encodeAssignment(places: readonly Place[]): Uint8Array {
  const writer = new Writer().int16(VERSION);
  const byTopic = Map.groupBy(places, ({ topic }) => topic);
  writer.array([...byTopic], ([topic, own]) => {
    writer.string(topic).array(own, ({ partition }) => void writer.int32(partition));
  });
  return writer.bytes(nothing).buffer;
}

/** Nothing at all means that there was nothing to give. */
export function decodeAssignment(data: Uint8Array): readonly Place[] {
  if (data.length === 0) return [];
  const reader = new Reader(data);
  reader.int16(); // version
  const topics = reader.array(() => {
    const topic = reader.string() ?? "";
    return reader.array(() => ({ topic, partition: reader.int32() }));
  });
  return topics.flat();
}
