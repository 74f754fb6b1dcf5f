import { openBytes } from "./bytes.ts";
import { jsonErrorAt, placeOf } from "./json-position.ts";
import { inputError } from "./row-problem.ts";
import type { TraceFile } from "./trace.ts";

/** A result with all its token times is one JSON document and has to be held whole. */
const MAX_BYTES = 256 * 1024 * 1024;

/** One result and the line of the file on which it begins. */
export type BenchDocument = { readonly line: number; readonly value: unknown };

/**
 * The results in a file: one, or one per line when `--append-result` was used. Python writes `NaN` and `Infinity`, which
 * are not JSON; they are read as null.
 */
export function readBenchFile(file: TraceFile, onChunk?: (bytes: Uint8Array) => void): BenchDocument[] {
  const source = openBytes(file.path, file.sizeBytes);
  try {
    if (source.size > MAX_BYTES)
      throw inputError(
        file.label,
        `the benchmark result has ${source.size} bytes, at most ${MAX_BYTES} can be read`,
        undefined,
        `jq 'del(.generated_texts, .itls)' ${file.label} > smaller.json`,
      );
    const bytes = new Uint8Array(source.size);
    const read = bytes.subarray(0, source.read(bytes, 0));
    onChunk?.(read);
    return parseResults(file.label, new TextDecoder().decode(read));
  } finally {
    source.close();
  }
}

function parseResults(file: string, text: string): BenchDocument[] {
  const whole = parse(text);
  if (whole) return [{ line: 1, value: whole.value }];
  const lines = text.split("\n");
  const documents = lines
    .map((line, at) => ({ line: at + 1, text: line.trim() }))
    .filter((each) => each.text !== "");
  const first = documents[0] === undefined ? undefined : parse(documents[0].text);
  if (first === undefined || documents.length < 2) throw notJson(file, text, 0);
  return documents.map((each) => {
    const parsed = parse(each.text);
    if (parsed === undefined) throw notJson(file, each.text, each.line - 1);
    return { line: each.line, value: parsed.value };
  });
}

function parse(text: string): { value: unknown } | undefined {
  for (const candidate of [() => text, () => withoutPythonNumbers(text)]) {
    try {
      return { value: JSON.parse(candidate()) };
    } catch {
      // The second candidate, or nothing.
    }
  }
  return undefined;
}

const withoutPythonNumbers = (text: string): string =>
  text.replace(/([:[,]\s*)(?:NaN|-?Infinity)(?=\s*[,\]}])/g, "$1null");

function notJson(file: string, text: string, linesBefore: number) {
  const plain = withoutPythonNumbers(text);
  const at = jsonErrorAt(plain);
  const place = placeOf(plain, at);
  const what =
    at >= plain.trimEnd().length ? "the file ends in the middle of the result" : "this is not JSON";
  return inputError(
    file,
    what,
    { line: place.line + linesBefore, column: place.column },
    "run the benchmark again, or repair the file",
  );
}
