import { isSmiColumn } from "../smi/columns.ts";
import type { ByteSource } from "./bytes.ts";
import type { Delimiter, Header } from "./header.ts";
import { delimiterNames, headerOf, parseHeader } from "./header.ts";
import { inputError } from "./row-problem.ts";
import type { Format } from "./trace.ts";

/** How much of a file is looked at to tell what it is. */
const HEAD_BYTES = 64 * 1024;

export type Recognised = { readonly format: Format; readonly header?: Header };

const FORMATS_HINT =
  "replay reads Azure LLM traces, nvidia-smi logs (--format=csv), vLLM benchmark results, CSV of vLLM counters, and events of ca3 as JSON lines";

/** Tells the format of a file from its content. CA3_INPUT when it is none, with what was found instead. */
export function recognise(file: string, source: ByteSource, columns?: readonly string[]): Recognised {
  const head = new Uint8Array(Math.min(HEAD_BYTES, source.size));
  const bytes = head.subarray(0, source.read(head, 0));
  if (bytes.length === 0) throw inputError(file, "the file is empty", undefined, FORMATS_HINT);
  refuseBinary(file, bytes);
  const text = new TextDecoder().decode(bytes);
  const lineNumber =
    text.length - text.trimStart().length === 0 ? 1 : text.split(/\S/, 1)[0]!.split("\n").length;
  const line = text.trimStart().split(/\r?\n/, 1)[0]!;
  if (line === "") throw inputError(file, "the file holds only blanks", undefined, FORMATS_HINT);
  if (line.startsWith("{") || line.startsWith("[")) return recogniseJson(file, line, text);

  const header = parseHeader(line);
  const format = csvFormat(header);
  if (format) return { format, header };
  if (columns) {
    const given = headerOf(columns);
    return { format: csvFormat(given) ?? "smi", header: given };
  }
  throw unknownCsv(file, line, lineNumber);
}

/** The CSV format that has columns of these names. */
function csvFormat({ names }: Header): Format | undefined {
  if (names.includes("contexttokens") || names.includes("generatedtokens")) return "azure";
  if (names.includes("prompt_tokens_total") || names.includes("generation_tokens_total")) return "counters";
  return names.some(isSmiColumn) ? "smi" : undefined;
}

function recogniseJson(file: string, line: string, text: string): Recognised {
  const has = (part: string, ...keys: readonly string[]) => keys.some((key) => part.includes(`"${key}"`));
  if (has(line, "schema_version", "event_id", "gpu_index", "prompt_tokens", "input_tokens"))
    return { format: "jsonl" };
  if (has(text, "total_input_tokens", "num_prompts", "input_lens", "tokenizer_id"))
    return { format: "bench" };
  throw inputError(
    file,
    "this JSON is neither a vLLM benchmark result nor events of ca3",
    { line: 1 },
    FORMATS_HINT,
  );
}

function unknownCsv(file: string, line: string, lineNumber: number) {
  const where = { line: lineNumber, column: 1 };
  for (const [delimiter, name] of Object.entries(delimiterNames)) {
    const format = delimiter === "," ? undefined : csvFormat(parseHeader(line, delimiter as Delimiter));
    if (format)
      return inputError(
        file,
        `the cells are separated by ${name}, expected commas`,
        { line: lineNumber, column: line.indexOf(delimiter) + 1 },
        "save the file again with commas between the cells",
      );
  }
  if (/^\s*\d{4}\/\d\d\/\d\d |\d %|\d MiB|\d W\b|GPU-[0-9a-f]{8}-/.test(line))
    return inputError(
      file,
      "this looks like an nvidia-smi log without a header",
      where,
      "name its columns in order, such as --columns timestamp,index,utilization.gpu,memory.used,power.draw",
    );
  const begin = JSON.stringify(line.length > 80 ? `${line.slice(0, 80)}…` : line);
  return inputError(
    file,
    `this is not a format that replay reads; it begins with ${begin}`,
    where,
    FORMATS_HINT,
  );
}

function refuseBinary(file: string, bytes: Uint8Array): void {
  const [a, b] = bytes;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff))
    throw inputError(
      file,
      "this is UTF-16 text, expected UTF-8",
      undefined,
      `iconv -f UTF-16 -t UTF-8 ${file}`,
    );
  if (a === 0x1f && b === 0x8b)
    throw inputError(file, "this is compressed with gzip", undefined, `gunzip --keep ${file}`);
  const firstLineEnd = bytes.indexOf(10);
  const nul = bytes.subarray(0, firstLineEnd === -1 ? bytes.length : firstLineEnd).indexOf(0);
  if (nul !== -1)
    throw inputError(
      file,
      "the first line contains a NUL byte, so this is not a text file",
      { line: 1, column: nul + 1 },
      "save or convert it as UTF-8 text",
    );
}
