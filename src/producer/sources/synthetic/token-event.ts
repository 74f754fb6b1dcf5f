import type { TokenEvent } from "../../../telemetry/events.ts";
import { SCHEMA_VERSION } from "../../../telemetry/schema-version.ts";
import type { Server } from "./fleet.ts";
import type { Request } from "./request.ts";

export type TokenEventIdentity = {
  readonly eventId: string;
  readonly sourceId: string;
  readonly bootId: string;
  readonly seq: number;
  readonly host: string;
};

/** A machine names the GPUs that did the work; a larger group of them is known by its server only. */
const MOST_NAMED_GPUS = 8;

/** A drawn request as the event of the server that answered it. */
export function tokenEventOf(
  request: Request,
  tsMs: number,
  server: Server & { readonly uuids: readonly string[] },
  identity: TokenEventIdentity,
): TokenEvent {
  return {
    event_id: identity.eventId,
    schema_version: SCHEMA_VERSION,
    ts: new Date(tsMs).toISOString(),
    source: "synthetic",
    source_id: identity.sourceId,
    boot_id: identity.bootId,
    seq: identity.seq,
    host: identity.host,
    quality: "synthetic",
    ...(request.team === undefined ? {} : { team: request.team }),
    kind: "request",
    model: server.model,
    input_tokens: request.inputTokens,
    output_tokens: request.outputTokens,
    requests: 1,
    operation: "chat",
    latency_s: milli(request.prefillS + request.decodeS),
    ttft_s: milli(request.prefillS + request.decodeS / request.outputTokens),
    prefill_s: milli(request.prefillS),
    decode_s: milli(request.decodeS),
    ...(server.uuids.length <= MOST_NAMED_GPUS ? { gpu_uuids: [...server.uuids] } : {}),
    ...(server.uuids.length === 1 ? { gpu_index: server.firstIndex } : {}),
  };
}

const milli = (seconds: number): number => Math.round(seconds * 1000) / 1000;
