import { priceLookup } from "../gpu-price.ts";
import { planNumbers } from "../smi/columns.ts";
import { CsvCursor, requireColumns } from "./csv.ts";
import type { Header } from "./header.ts";
import type { TraceOptions } from "./options.ts";
import { inTimeOrder } from "./reorder.ts";
import { RowPolicy } from "./row-problem.ts";
import { gapLimitMs, intervals } from "./smi-intervals.ts";
import { logDecoder } from "./smi-log.ts";
import { SmiRow } from "./smi-row.ts";
import { TimestampReader } from "./timestamp.ts";
import type { Row, Trace, TraceFile } from "./trace.ts";
import { mapped } from "./trace.ts";
import { openZone } from "./zone.ts";

/** Logs of `nvidia-smi --query-gpu=… --format=csv[,nounits]`, with any columns in any order. */
export function smiTrace(file: TraceFile, header: Header, options: TraceOptions): Trace {
  const hint =
    "log them with --query-gpu=timestamp,index,uuid,name,utilization.gpu,memory.used,memory.total,power.draw";
  requireColumns(file, header, ["timestamp", "utilization.gpu"], hint);
  const priceOf = priceLookup(options.pricePerHourMicroUsd);
  let usedZone = false;
  const samples = (policy: RowPolicy, onChunk?: (bytes: Uint8Array) => void) => {
    const times = new TimestampReader(openZone(options.zone));
    const decode = logDecoder(header, times);
    const rows = new CsvCursor(
      file,
      header,
      policy,
      (cells) => {
        const sample = decode(cells);
        usedZone ||= times.usedZone;
        return sample;
      },
      onChunk,
    );
    return inTimeOrder(rows, policy);
  };
  const first = samples(new RowPolicy(file.label, options.lenient));
  const gapMs = gapLimitMs(first, new RowPolicy(file.label, options.lenient), options.host);
  first.close();
  return {
    file,
    format: "smi",
    open: (policy, onChunk) =>
      mapped(
        intervals(samples(policy, onChunk), policy, options.host, gapMs),
        (interval): Row => new SmiRow(interval, options, priceOf),
      ),
    notes: () => smiNotes(file, header, options, usedZone),
  };
}

function smiNotes(file: TraceFile, header: Header, options: TraceOptions, usedZone: boolean): string[] {
  const fields = new Set(planNumbers(header).map(({ field }) => field));
  const notes: string[] = [];
  if (usedZone)
    notes.push(`${file.label}: its times name no zone and are read as ${options.zone}; --zone changes that`);
  if (!fields.has("powerW") && !fields.has("energyJ"))
    notes.push(`${file.label}: has no power.draw, so its GPUs count with no energy`);
  if (!fields.has("memUsedBytes") || !fields.has("memTotalBytes"))
    notes.push(`${file.label}: lacks memory.used or memory.total, so memory in use is not known`);
  return notes;
}
