import type { TokenEvent } from "../../telemetry/events.ts";
import { SCHEMA_VERSION } from "../../telemetry/schema-version.ts";
import type { Cells } from "./cells.ts";
import { CsvCursor, requireColumns } from "./csv.ts";
import { readCsvTime } from "./csv-time.ts";
import type { Header } from "./header.ts";
import { columnOf } from "./header.ts";
import type { Mint } from "./mint.ts";
import { readCount } from "./numbers.ts";
import type { TraceOptions } from "./options.ts";
import { inTimeOrder } from "./reorder.ts";
import { RowProblem, shown } from "./row-problem.ts";
import { TimestampReader } from "./timestamp.ts";
import type { Row, Trace, TraceFile } from "./trace.ts";
import { openZone } from "./zone.ts";

/** Tokens one request can have by the event schema. */
const MAX_TOKENS = 1e12;

/** One request of the trace: arrival time and token counts, nothing else is recorded. */
class AzureRow implements Row {
  readonly kind = "token";
  readonly requests = 1;
  get startMs() {
    return this.tsMs;
  }

  constructor(
    readonly tsMs: number,
    readonly inputTokens: number,
    readonly outputTokens: number,
    private readonly options: TraceOptions,
  ) {}

  build(mint: Mint): TokenEvent {
    const event: TokenEvent = {
      event_id: mint.eventId,
      schema_version: SCHEMA_VERSION,
      ts: mint.iso(this.tsMs),
      source: "replay",
      source_id: mint.sourceId,
      boot_id: mint.bootId,
      seq: mint.seq,
      host: this.options.host,
      quality: "measured",
      kind: "request",
      model: this.options.model,
      input_tokens: this.inputTokens,
      output_tokens: this.outputTokens,
      requests: 1,
    };
    if (this.options.team !== undefined) event.team = this.options.team;
    return event;
  }
}

/**
 * The Azure LLM inference traces of 2023 and 2024: `TIMESTAMP,ContextTokens,GeneratedTokens`, a request per row.
 * Source: github.com/Azure/AzurePublicDataset.
 */
export function azureTrace(file: TraceFile, header: Header, options: TraceOptions): Trace {
  requireColumns(file, header, ["TIMESTAMP", "ContextTokens", "GeneratedTokens"], "repair the first line");
  const at = {
    time: columnOf(header, "timestamp"),
    input: columnOf(header, "contexttokens"),
    output: columnOf(header, "generatedtokens"),
  };
  return {
    file,
    format: "azure",
    open: (policy, onChunk) => {
      const times = new TimestampReader(openZone(options.zone));
      const decode = (cells: Cells) =>
        new AzureRow(
          readCsvTime(times, cells, at.time, "TIMESTAMP"),
          readTokens(cells, at.input, "ContextTokens"),
          readTokens(cells, at.output, "GeneratedTokens"),
          options,
        );
      return inTimeOrder(new CsvCursor(file, header, policy, decode, onChunk), policy);
    },
    notes: () => [],
  };
}

function readTokens(cells: Cells, index: number, name: string): number {
  const start = cells.starts[index]!;
  const end = cells.ends[index]!;
  const value = readCount(cells.buffer, start, end);
  if (value >= 0 && value <= MAX_TOKENS) return value;
  throw new RowProblem(
    "number",
    `${name}: expected a whole number from 0 to ${MAX_TOKENS}, got ${shown(cells.buffer, start, end)}`,
    cells.offset(index),
  );
}
