import { hostname } from "node:os";
import { eventId, streamPrefix } from "../../telemetry/event-id.ts";
import type { TokenEvent } from "../../telemetry/events.ts";
import { SCHEMA_VERSION } from "../../telemetry/schema-version.ts";

/** Source, team and model of our own events, so that everybody can tell them from others. */
export const TEAM = "ca3-verify";

/** Requests without tokens, two unless told otherwise: they bear no cost and change nobody's figures but the count of requests. */
export function ownEvents(
  runId: string,
  atMs: number,
  { team = TEAM, count = 2 }: { readonly team?: string; readonly count?: number } = {},
): readonly TokenEvent[] {
  const prefix = streamPrefix(TEAM, runId, "token");
  return Array.from({ length: count }, (_one, seq) => ({
    ...{ event_id: eventId(prefix, seq), schema_version: SCHEMA_VERSION, ts: new Date(atMs).toISOString() },
    ...{ source: TEAM, source_id: TEAM, boot_id: runId, seq, host: hostname(), quality: "synthetic" },
    ...{ team, kind: "request", model: TEAM, input_tokens: 0, output_tokens: 0, requests: 1 },
  }));
}
