import { afterAll, describe, expect, test } from "bun:test";
import { collect, replayOptions, tokensOf, traceFolder } from "../../../tests/helpers/replay.ts";
import { openReplay } from "./index.ts";

const folder = traceFolder();
afterAll(folder.remove);

const HEADER = "TIMESTAMP,ContextTokens,GeneratedTokens";
const ROW = "2023-11-16 18:15:46.6805900,374,44";
const openText = (content: string, lenient = false) =>
  openReplay(replayOptions([folder.write(content, "trace.csv")], { lenient }));

describe("Azure LLM traces", () => {
  test("the built-in conversation trace gives exactly its requests and tokens", async () => {
    const { events } = await collect(replayOptions(["sample"]));
    const tokens = tokensOf(events);
    const sum = (of: (event: (typeof tokens)[number]) => number) =>
      tokens.reduce((total, each) => total + of(each), 0);
    expect(sum(({ requests }) => requests)).toBe(19_366);
    expect(sum(({ input_tokens }) => input_tokens)).toBe(22_361_870);
    expect(sum(({ output_tokens }) => output_tokens)).toBe(4_088_665);
    expect(tokens[0]!.ts).toBe("2023-11-16T18:15:46.680Z");
    expect(tokens.at(-1)!.ts).toBe("2023-11-16T19:14:08.402Z");
  });

  test("a request says only what was recorded", async () => {
    const { events } = await collect(
      replayOptions([folder.write(`${HEADER}\n${ROW}\n`)], { model: "m", team: "t" }),
    );
    const [event] = tokensOf(events);
    expect(event).toEqual({
      event_id: event!.event_id,
      schema_version: 1,
      ts: "2023-11-16T18:15:46.680Z",
      source: "replay",
      source_id: event!.source_id,
      boot_id: "kept-loop-0",
      seq: 0,
      host: "replay",
      quality: "measured",
      kind: "request",
      model: "m",
      input_tokens: 374,
      output_tokens: 44,
      requests: 1,
      team: "t",
    });
  });

  test.each([
    ["a byte order mark and CRLF", `\ufeff${HEADER}\r\n${ROW}\r\n`],
    ["no line end at the end", `${HEADER}\n${ROW}`],
    ["blank lines", `\n${HEADER}\n\n${ROW}\n \n`],
    ["blanks and quotes", `${HEADER}\n "2023-11-16 18:15:46.6805900" , "374" , 44 \n`],
    [
      "other columns, in another order",
      `GeneratedTokens,x,TIMESTAMP,ContextTokens\n44,y,2023-11-16 18:15:46.68,374\n`,
    ],
    ["the times of 2024", `${HEADER}\n2023-11-16 18:15:46.680590+00:00,374,44\n`],
    ["its header again", `${HEADER}\n${ROW}\n${HEADER}\n`],
  ])("are read with %s", async (_title, content) => {
    const { contents } = await openText(content);
    expect(contents).toMatchObject({
      requests: 1,
      inputTokens: 374,
      outputTokens: 44,
      firstMs: 1700158546680,
    });
  });

  test.each([
    [
      "a missing column",
      "TIMESTAMP,ContextTokens\n1,2\n",
      "trace.csv:1: the column GeneratedTokens is missing; the columns are timestamp, contexttokens",
    ],
    ["only a header", `${HEADER}\n`, "trace.csv: there is no row after the header"],
    [
      "too few cells",
      `${HEADER}\n${ROW}\n2023-11-16 18:15:47,3\n`,
      "trace.csv:3:22: expected 3 cells as in the header, got 2",
    ],
    ["too many cells", `${HEADER}\n${ROW},9\n`, "trace.csv:2:36: expected 3 cells as in the header, got 4"],
    [
      "a cut-off last line",
      `${HEADER}\n${ROW}\n2023-11-16 18:15:47.1,`,
      "it is the last line and has no line end, so it may be cut off",
    ],
    [
      "no number",
      `${HEADER}\n2023-11-16 18:15:46,abc,1\n`,
      'trace.csv:2:21: ContextTokens: expected a whole number from 0 to 1000000000000, got "abc"',
    ],
    ["a negative number", `${HEADER}\n2023-11-16 18:15:46,-1,1\n`, 'got "-1"'],
    [
      "NaN",
      `${HEADER}\n2023-11-16 18:15:46,1,NaN\n`,
      'GeneratedTokens: expected a whole number from 0 to 1000000000000, got "NaN"',
    ],
    [
      "a huge number",
      `${HEADER}\n2023-11-16 18:15:46,1,99999999999999999999\n`,
      'got "99999999999999999999"',
    ],
    [
      "no time",
      `${HEADER}\nyesterday,1,1\n`,
      'trace.csv:2:1: TIMESTAMP: expected a time such as 2023-11-16 18:15:46.680, from 2000 to 2099, got "yesterday"',
    ],
    ["a time before 2000", `${HEADER}\n1969-12-31 23:59:59,1,1\n`, 'got "1969-12-31 23:59:59"'],
    [
      "a NUL byte",
      `${HEADER}\n${ROW}\n2023-11-16 18:15:47,\0,1\n`,
      "trace.csv:3:21: the line holds a NUL byte",
    ],
  ])("with %s are refused in words", async (_title, content, message) => {
    const opening = openText(content);
    await expect(opening).rejects.toThrow(message);
    await opening.catch((error) => {
      expect(error).toMatchObject({ name: "Ca3Error", code: "CA3_INPUT" });
      expect(error.hint).toBeString();
    });
  });

  test("rows that cannot be read are left out and counted by reason, when that is allowed", async () => {
    const broken = ["x,1,1", "2023-11-16 18:15:47,-1,1", "2023-11-16 18:15:47,1", "2023-11-16 18:15:47,1,\0"];
    const source = await openText(`${HEADER}\n${broken.join("\n")}\n${ROW}\n2023-11-16 18:15:48,1`, true);
    expect(source.contents.requests).toBe(1);
    expect(source.skipped).toEqual({ timestamp: 1, number: 1, cell_count: 2, binary: 1 });
    expect(source.skippedRows?.()).toBe(5);
    expect(source.describe()).toContain("5 rows left out");
    expect(source.notes.join("\n")).toContain("1 row left out (timestamp); the first is");
  });

  test("a file of which no row can be read is refused even then", () =>
    expect(openText(`${HEADER}\nx,1,1\n`, true)).rejects.toThrow("no row can be used; the first problem is"));
});
