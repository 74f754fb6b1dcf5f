import { afterAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { collect, replayOptions, traceFolder } from "../../../tests/helpers/replay.ts";
import { gpuEvent, tokenEvent } from "../../../tests/samples/events.ts";
import { Ca3Error } from "../../support/errors.ts";
import { decodeEvent } from "../../telemetry/decode.ts";
import { encodeEvent } from "../../telemetry/encode.ts";

const folder = traceFolder();
afterAll(folder.remove);

const lines = (events: readonly object[]) => events.map((event) => `${JSON.stringify(event)}\n`).join("");
const head = (path: string, bytes: number) => readFileSync(path, "latin1").slice(0, bytes);
const seeds: Readonly<Record<string, string>> = {
  azure: head("assets/samples/azure-llm-inference-2023-conv.csv", 400),
  smi: head("assets/samples/nvidia-smi.csv", 900),
  counters: head("assets/samples/vllm-counters.csv", 700),
  bench: readFileSync("tests/fixtures/replay/vllm-benchmark-serving-2024.json", "latin1"),
  jsonl: lines([gpuEvent(), tokenEvent(), tokenEvent({ event_id: "t2", kind: "interval" })]),
};

/** Bytes that mean something to one of the parsers, besides any byte. */
const piece = fc.oneof(
  fc.constantFrom(
    ",",
    "\n",
    "\r",
    '"',
    "\0",
    "-",
    "9".repeat(20),
    "NaN",
    "[N/A]",
    "1e400",
    "{",
    "}",
    "[",
    "null",
    "\ufeff",
    ";",
    " ",
    "%",
    "2023",
  ),
  fc.string({ unit: "binary", maxLength: 3 }),
);
const edit = fc.record({ at: fc.nat(2000), cut: fc.nat(6), insert: piece });

/** Everything a parser may do with a file: events that the processor takes, or an error that a person can act on. */
async function replays(content: string | Uint8Array, lenient: boolean): Promise<void> {
  const file = folder.write(content, "fuzz");
  const limits = { maxBytes: 2 ** 20, maxFutureMs: Number.POSITIVE_INFINITY, legacyIntervalS: 10 };
  try {
    const { events } = await collect(replayOptions([file], { lenient, sampleIntervalS: 60 }));
    for (const { kind, event } of events.slice(0, 50)) {
      const decoded = decodeEvent(
        kind,
        { value: encodeEvent(event), appendedMs: 0, origin: "", offset: 0 },
        limits,
      );
      if (!decoded.ok) throw new Error(`${decoded.detail}: ${JSON.stringify(event)}`);
    }
  } catch (error) {
    if (!(error instanceof Ca3Error)) throw error;
    expect(error.message).toContain(file);
    expect(["CA3_INPUT", "CA3_USAGE"]).toContain(error.code);
    expect(error.message.length).toBeLessThan(1500);
  }
}

describe("whatever a file holds, a replay of it gives valid events or names the problem", () => {
  test.each(Object.entries(seeds))("%s with anything changed in it", (_format, seed) =>
    fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.boolean(), (edits, lenient) => {
        const changed = edits.reduce((text, { at, cut, insert }) => {
          const place = at % (text.length + 1);
          return text.slice(0, place) + insert + text.slice(place + cut);
        }, seed);
        return replays(changed, lenient);
      }),
      { numRuns: 300 },
    ),
  );

  test.each(Object.entries(seeds))("%s cut off anywhere", (_format, seed) =>
    fc.assert(
      fc.asyncProperty(fc.nat(seed.length), fc.boolean(), (length, lenient) =>
        replays(seed.slice(0, length), lenient),
      ),
      { numRuns: 60 },
    ),
  );

  test("any bytes", () =>
    fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.boolean(), replays), { numRuns: 200 }));

  test.each(Object.entries(seeds))("%s whose header is followed by any bytes", (_format, seed) =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, lenient) =>
        replays(Buffer.concat([Buffer.from(seed.split("\n", 1)[0]!), Buffer.from("\n"), bytes]), lenient),
      ),
      { numRuns: 100 },
    ),
  );
});
