import type { GpuEvent, TokenEvent } from "./events.ts";
import { brief } from "./rejection.ts";
import { parseTimestamp } from "./timestamp.ts";

/** What no schema can say about a GPU event; undefined when all is well. */
export function gpuProblem(event: GpuEvent): string | undefined {
  if (event.mem_used_bytes > event.mem_total_bytes)
    return `mem_used_bytes: ${event.mem_used_bytes} is above mem_total_bytes ${event.mem_total_bytes}`;
  const kind = (event as { kind?: unknown }).kind;
  if (kind === "request" || kind === "interval")
    return `kind: ${brief(kind)} belongs to a token event, not to a GPU event`;
  return undefined;
}

/** What no schema can say about a token event; undefined when all is well. */
export function tokenProblem(event: TokenEvent): string | undefined {
  const cached = (event.cache_read_tokens ?? 0) + (event.cache_write_tokens ?? 0);
  if (cached > event.input_tokens)
    return `cache_read_tokens + cache_write_tokens: ${cached} is above input_tokens ${event.input_tokens}`;
  const reasoning = event.reasoning_tokens ?? 0;
  if (reasoning > event.output_tokens)
    return `reasoning_tokens: ${reasoning} is above output_tokens ${event.output_tokens}`;
  return windowProblem(event);
}

function windowProblem({ window_start, window_end }: TokenEvent): string | undefined {
  const startMs = window_start === undefined ? Number.NEGATIVE_INFINITY : parseTimestamp(window_start);
  const endMs = window_end === undefined ? Number.POSITIVE_INFINITY : parseTimestamp(window_end);
  if (Number.isNaN(startMs))
    return `window_start: must be an RFC 3339 time with its zone, got ${brief(window_start)}`;
  if (Number.isNaN(endMs))
    return `window_end: must be an RFC 3339 time with its zone, got ${brief(window_end)}`;
  if (startMs > endMs) return `window_start: ${brief(window_start)} is after window_end ${brief(window_end)}`;
  return undefined;
}
