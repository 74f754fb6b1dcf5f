import { afterAll, describe, expect, test } from "bun:test";
import { traceFolder } from "../../../tests/helpers/replay.ts";
import { openBytes } from "./bytes.ts";
import { recognise } from "./recognise.ts";

const folder = traceFolder();
afterAll(folder.remove);

const formatOf = (content: string | Uint8Array, columns?: readonly string[]) => {
  const path = folder.write(content);
  const source = openBytes(path);
  try {
    return recognise("trace", source, columns).format;
  } finally {
    source.close();
  }
};

describe("the format of a file is told from its content", () => {
  test.each([
    ["azure", "TIMESTAMP,ContextTokens,GeneratedTokens\r\n"],
    ["azure", "\ufeffTIMESTAMP,ContextTokens,GeneratedTokens"],
    ["azure", '"TIMESTAMP","ContextTokens","GeneratedTokens"\n'],
    ["smi", "timestamp, index, utilization.gpu [%], power.draw [W]\n"],
    ["smi", "\n\n power.draw [W], timestamp\n"],
    ["counters", "timestamp,prompt_tokens_total,generation_tokens_total\n"],
    ["counters", "timestamp,vllm:prompt_tokens_total\n"],
    ["bench", '{"date": "20250811-143015", "num_prompts": 3}'],
    ["bench", '{\n  "date": "20250811-143015",\n  "total_input_tokens": 3\n}'],
    ["jsonl", '{"event_id":"a","schema_version":1}\n'],
    ["jsonl", '{"ts":1,"gpu_index":0,"utilization":0.5}\n'],
    ["jsonl", '{"ts":1,"prompt_tokens":5}\n'],
  ])("%s: %j", (format, content) => expect(formatOf(content)).toBe(format as never));

  test("columns given by hand make a log without a header an nvidia-smi log", () => {
    const row = "2023/11/16 18:15:46.680, 0, 37 %\n";
    expect(formatOf(row, ["timestamp", "index", "utilization.gpu"])).toBe("smi");
  });

  test.each([
    ["an empty file", "", "trace: the file is empty"],
    ["blanks", "\n \n", "trace: the file holds only blanks"],
    [
      "semicolons",
      "TIMESTAMP;ContextTokens;GeneratedTokens\n",
      "trace:1:10: the cells are separated by semicolons, expected commas",
    ],
    ["tabs", "timestamp\tutilization.gpu [%]\n", "trace:1:10: the cells are separated by tabs"],
    ["bars", "timestamp|prompt_tokens_total\n", "trace:1:10: the cells are separated by bars"],
    [
      "a log without a header",
      "2023/11/16 18:15:46.680, 0, 37 %\n",
      "trace:1:1: this looks like an nvidia-smi log without a header",
    ],
    [
      "another CSV",
      "\na,b,c\n1,2,3\n",
      'trace:2:1: this is not a format that replay reads; it begins with "a,b,c"',
    ],
    ["other JSON", '{"hello": 1}', "trace:1: this JSON is neither"],
    ["UTF-16", new Uint8Array([0xff, 0xfe, 84, 0, 73, 0]), "trace: this is UTF-16 text"],
    ["gzip", new Uint8Array([0x1f, 0x8b, 8, 0]), "trace: this is compressed with gzip"],
    [
      "a binary",
      new Uint8Array([0x7f, 69, 76, 70, 2, 0, 0]),
      "trace:1:6: the first line contains a NUL byte",
    ],
  ])("%s is refused in words", (_title, content, message) => {
    expect(() => formatOf(content)).toThrow(message);
  });
});
