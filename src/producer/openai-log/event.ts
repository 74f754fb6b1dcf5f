import { requestEventId } from "../../telemetry/event-id.ts";
import type { TokenEvent } from "../../telemetry/events.ts";
import { SCHEMA_VERSION } from "../../telemetry/schema-version.ts";
import type { Join } from "../join/join.ts";
import { joinTokens } from "../join/rules.ts";
import { millionths, withKnown } from "../known.ts";
import type { LoggedRequest } from "./line.ts";

/** Where a line stands. */
export type LinePlace = {
  /** Name of the source. */
  readonly source: string;
  readonly path: string;
  /** Tells the files apart that had this path. */
  readonly file: string;
  /** Byte at which the line begins. */
  readonly offset: number;
  readonly text: string;
};

/** Identities shorter than this are counters of some server, and another one may have the same. */
const GLOBAL_ID_LENGTH = 16;

/**
 * A logged request as an event. Its id follows from the id of the request, so that a line that is read again, from this
 * file or from a copy, is the same event; a line without an id is known by its bytes and its place.
 */
export function requestEvent(
  request: LoggedRequest,
  place: LinePlace,
  host: string,
  nowMs: number,
  join: Join,
): TokenEvent {
  const { usage, times, model } = request;
  const home = join.directory.homeOf({ model, host });
  const { costCenter, ...rules } = joinTokens(join.rules, { model, host: home.host });
  const event: TokenEvent = {
    event_id: idOf(request, place),
    schema_version: SCHEMA_VERSION,
    ts: new Date(times.endMs ?? nowMs).toISOString(),
    source: "openai-log",
    source_id: place.source,
    boot_id: place.file,
    seq: place.offset,
    host: home.host,
    quality: request.estimated ? "estimated" : "measured",
    kind: "request",
    model,
    input_tokens: usage.input,
    output_tokens: usage.output,
    requests: 1,
  };
  return withKnown(event, {
    ...rules,
    cost_center: costCenter,
    ...known({ team: request.team, tenant: request.tenant, project: request.project }),
    request_id: request.id,
    served_model: request.servedModel,
    finish_reason: request.finishReason,
    error_type: request.errorType,
    operation: request.operation,
    cache_read_tokens: usage.cacheRead,
    cache_write_tokens: usage.cacheWrite,
    reasoning_tokens: usage.reasoning,
    latency_s: times.latencyS === undefined ? undefined : millionths(times.latencyS),
    ttft_s: times.ttftS === undefined ? undefined : millionths(times.ttftS),
    ...(home.gpus.length === 0 ? {} : { gpu_uuids: [...home.gpus] }),
  });
}

function idOf({ id, times }: LoggedRequest, { path, offset, text }: LinePlace): string {
  if (id === undefined) return requestEventId("openai-log", `line ${offset} ${text}`);
  if (id.length >= GLOBAL_ID_LENGTH) return requestEventId("openai-log", id);
  return requestEventId("openai-log", JSON.stringify([path, times.endMs ?? null, id]));
}

const known = <T extends object>(fields: T): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
