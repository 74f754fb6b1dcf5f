import { azureTrace } from "./azure.ts";
import { benchTrace } from "./bench.ts";
import { openBytes } from "./bytes.ts";
import { countersTrace } from "./counters.ts";
import { jsonlTrace } from "./jsonl.ts";
import type { TraceOptions } from "./options.ts";
import { recognise } from "./recognise.ts";
import { SAMPLE, sampleFile } from "./sample.ts";
import { smiTrace } from "./smi.ts";
import type { Trace, TraceFile } from "./trace.ts";

/** Recognises a file by its content and makes it readable. */
export function openTrace(name: string, options: TraceOptions): Trace {
  const path = name === SAMPLE ? sampleFile : name;
  const source = openBytes(path);
  const file: TraceFile = { path, label: name, sizeBytes: source.size };
  try {
    const { format, header } = recognise(name, source, options.columns);
    if (header === undefined)
      return format === "bench" ? benchTrace(file, options) : jsonlTrace(file, options);
    if (format === "azure") return azureTrace(file, header, options);
    return format === "counters" ? countersTrace(file, header, options) : smiTrace(file, header, options);
  } finally {
    source.close();
  }
}
