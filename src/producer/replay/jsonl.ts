import type { DecodeLimits } from "../../telemetry/decode.ts";
import { decodeEvent } from "../../telemetry/decode.ts";
import type { EventKind } from "../../telemetry/topics.ts";
import { openBytes } from "./bytes.ts";
import { jsonErrorAt } from "./json-position.ts";
import { JsonlRow } from "./jsonl-row.ts";
import { LineReader, MAX_LINE_BYTES } from "./lines.ts";
import type { TraceOptions } from "./options.ts";
import { inTimeOrder } from "./reorder.ts";
import type { RowPolicy } from "./row-problem.ts";
import { RowProblem } from "./row-problem.ts";
import type { Cursor, Row, Trace, TraceFile } from "./trace.ts";

/** Events as ca3 writes them, one JSON object per line, GPU and token events mixed; older field names are read as well. */
export function jsonlTrace(file: TraceFile, options: TraceOptions): Trace {
  const limits: DecodeLimits = {
    maxBytes: MAX_LINE_BYTES,
    // A recording is as old, or as far ahead, as it is; the processor judges it by the clock of the log.
    maxFutureMs: Number.POSITIVE_INFINITY,
    legacyIntervalS: options.sampleIntervalS,
    ...(options.pricePerHourMicroUsd === undefined
      ? {}
      : { legacyPriceMicroUsd: options.pricePerHourMicroUsd }),
  };
  return {
    file,
    format: "jsonl",
    open: (policy, onChunk) => inTimeOrder(readEvents(file, policy, limits, options, onChunk), policy),
    notes: () => [],
  };
}

function readEvents(
  file: TraceFile,
  policy: RowPolicy,
  limits: DecodeLimits,
  options: TraceOptions,
  onChunk?: (bytes: Uint8Array) => void,
): Cursor<Row> {
  const source = openBytes(file.path, file.sizeBytes);
  const lines = new LineReader(source, onChunk);
  return {
    get line() {
      return lines.line;
    },
    next: () => {
      while (lines.next()) {
        try {
          lines.check();
          const bytes = lines.buffer.subarray(lines.start, lines.end);
          if (!isBlank(bytes)) return readEvent(bytes, limits, options);
        } catch (problem) {
          if (!(problem instanceof RowProblem)) throw problem;
          policy.meet(problem, lines.line, !lines.isTerminated);
        }
      }
      return undefined;
    },
    close: () => source.close(),
  };
}

function readEvent(bytes: Uint8Array, limits: DecodeLimits, options: TraceOptions): Row {
  const kind = kindOf(bytes);
  const record = { value: bytes, appendedMs: 0, origin: "", offset: 0 };
  const decoded = decodeEvent(kind ?? "token", record, limits);
  if (decoded.ok && kind !== undefined)
    return new JsonlRow(kind, decoded.event, decoded.tsMs, decoded.minted, options);
  if (!decoded.ok && decoded.reason === "malformed_json") {
    const text = new TextDecoder().decode(bytes);
    throw new RowProblem("json", "this is not JSON", jsonErrorAt(text));
  }
  if (kind === undefined) throw new RowProblem("event", "this is neither a GPU event nor a token event");
  throw new RowProblem("event", decoded.ok ? "" : decoded.detail);
}

/** Each kind has a field that it cannot be without, in its present or its older name. */
function kindOf(bytes: Uint8Array): EventKind | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (text.includes('"input_tokens"') || text.includes('"prompt_tokens"')) return "token";
  return text.includes('"utilization"') ? "gpu" : undefined;
}

const isBlank = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 32 || byte === 9);
