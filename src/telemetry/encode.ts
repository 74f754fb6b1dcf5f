import type { TelemetryEvent, TokenEvent } from "./events.ts";

const encoder = new TextEncoder();

/** An event as it goes into the log: UTF-8 JSON. */
export const encodeEvent = (event: TelemetryEvent): Uint8Array => encoder.encode(JSON.stringify(event));

/** Token events are told by their `kind`; a GPU event that has one of these kinds is rejected when it is decoded. */
export const isTokenEvent = (event: TelemetryEvent): event is TokenEvent => {
  const kind = (event as { kind?: unknown }).kind;
  return kind === "request" || kind === "interval";
};

/**
 * Which events must stay in order: those of one GPU, or those of one token source. Few sources on many partitions load
 * them unevenly; order within a source is worth more, because it lets gaps be found.
 */
export const partitionKey = (event: TelemetryEvent): string =>
  isTokenEvent(event) ? event.source_id : event.gpu_uuid;
