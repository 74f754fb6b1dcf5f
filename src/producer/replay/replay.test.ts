import { afterAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Collected } from "../../../tests/helpers/replay.ts";
import {
  collect,
  gpusOf,
  RUN_START_MS,
  replayOptions,
  tokensOf,
  traceFolder,
} from "../../../tests/helpers/replay.ts";
import { decodeEvent } from "../../telemetry/decode.ts";
import { encodeEvent } from "../../telemetry/encode.ts";
import { rtx3090 } from "../cards.ts";
import type { ReplayOptions } from "./index.ts";
import { openReplay } from "./index.ts";

const folder = traceFolder();
afterAll(folder.remove);

const HEADER = "TIMESTAMP,ContextTokens,GeneratedTokens";
const clock = (seconds: number) =>
  new Date(Date.UTC(2025, 7, 11, 14, 20) + seconds * 1000).toISOString().slice(0, 23);
const azure = (rows: readonly (readonly [seconds: number, input: number, output: number])[], name?: string) =>
  folder.write(`${HEADER}\n${rows.map(([s, i, o]) => `${clock(s)},${i},${o}\n`).join("")}`, name);
const SAMPLES = ["nvidia-smi.csv", "vllm-bench-serve.json", "vllm-counters.csv"].map(
  (name) => `assets/samples/${name}`,
);
const short = azure([
  [1, 100, 10],
  [12, 2_000_000, 20],
  [31, 5, 5],
]);
const idsOf = ({ events }: Collected) => events.map(({ event }) => event.event_id);

describe("a replay", () => {
  test.each([["sample"], ...SAMPLES.map((file) => [file])])(
    "of %s gives events that the processor takes",
    async (file) => {
      const { events } = await collect(replayOptions([file], { time: "shifted" }));
      const limits = { maxBytes: 65_536, maxFutureMs: 0, legacyIntervalS: 10 };
      for (const { kind, event } of events) {
        const record = { value: encodeEvent(event), appendedMs: RUN_START_MS, origin: "o", offset: 0 };
        expect(decodeEvent(kind, record, limits)).toMatchObject({ ok: true, minted: false, legacy: false });
      }
      expect(new Set(events.map(({ event }) => event.event_id)).size).toBe(events.length);
    },
  );

  test("of several files runs on one clock, and models no GPUs beside recorded ones", async () => {
    const { events } = await collect(replayOptions(SAMPLES));
    const times = events.map(({ event }) => event.ts);
    expect(times).toEqual(times.toSorted());
    expect(gpusOf(events).every(({ quality }) => quality === "measured")).toBe(true);
    expect([gpusOf(events).length, tokensOf(events).length]).toEqual([240, 160]);
  });

  test("says when its files were recorded at other times", async () => {
    const { notes } = await openReplay(replayOptions([SAMPLES[0]!, short, "sample"]));
    expect(notes.join("\n")).toMatch(/ begins 15,211 h after sample ends; both run on the clock/);
  });

  test("does not model GPUs for decades because of one wrong year", async () => {
    const file = folder.write(`${HEADER}\n2023-11-16 18:15:46,1,1\n2093-11-16 18:15:47,1,1\n`, "years.csv");
    await expect(openReplay(replayOptions([file]))).rejects.toThrow(
      "years.csv: GPUs cannot be modelled over 25569 days, from 2023-11-16 to 2093-11-16",
    );
  });

  test("models GPUs where none were recorded, over the whole trace and interval by interval, and says so", async () => {
    const source = await openReplay(replayOptions([short]));
    const { events } = await collect(replayOptions([short]));
    const gpus = gpusOf(events);
    expect(gpus.map(({ ts, gpu_index }) => `${ts.slice(17, 19)}/${gpu_index}`)).toEqual(
      ["10", "20", "30", "40"].flatMap((second) => [`${second}/0`, `${second}/1`]),
    );
    expect(gpus.every(({ quality, interval_s }) => quality === "synthetic" && interval_s === 10)).toBe(true);
    expect(gpus.map(({ utilization }) => utilization > 0.5)).toEqual([
      false,
      false,
      true,
      true,
      true,
      true,
      true,
      true,
    ]);
    expect(source.describe()).toContain("2 modelled GPUs (RTX 3090, A100 40GB)");
    expect(source.notes.join("\n")).toContain("modelled from the tokens");
    const times = events.map(({ event }) => event.ts);
    expect(times).toEqual(times.toSorted());
  });

  test("gives the same events whenever and at whatever speed it is run, wherever the file lies", async () => {
    const copy = folder.write(await Bun.file(short).bytes(), "copy.csv");
    const first = await collect(replayOptions([short]));
    const again = await collect(
      replayOptions([copy], { speed: 7, startMs: RUN_START_MS + 5, onProgress: () => {} }),
    );
    expect(again.events.map(({ event }) => event)).toEqual(first.events.map(({ event }) => event));
  });

  test.each([
    ["model", { model: "other" }],
    ["host", { host: "other" }],
    ["team", { team: "other" }],
    ["cards", { cards: [rtx3090] }],
    ["price", { pricePerHourMicroUsd: 1 }],
    ["start of a shifted run", { time: "shifted" }],
  ] as const)("gives other identities with another %s", async (_title, more: Partial<ReplayOptions>) => {
    const ids = new Set(idsOf(await collect(replayOptions([short]))));
    const other = await collect(replayOptions([short], more));
    expect(gpusOf(other.events).some(({ event_id }) => ids.has(event_id))).toBe(false);
  });

  test("of the same file twice is twice the load", async () => {
    const { events } = await collect(replayOptions([short, short]));
    expect(tokensOf(events)).toHaveLength(6);
    expect(new Set(events.map(({ event }) => event.event_id)).size).toBe(events.length);
  });

  test("in loops repeats the trace without a gap or an overlap", async () => {
    const options = replayOptions([short], { loop: 3, time: "shifted" });
    const { events } = await collect(options);
    const gpus = gpusOf(events).filter(({ gpu_index }) => gpu_index === 0);
    expect(gpus).toHaveLength(12);
    const steps = gpus.slice(1).map((gpu, i) => Date.parse(gpu.ts) - Date.parse(gpus[i]!.ts));
    expect(new Set(steps)).toEqual(new Set([10_000]));
    expect(tokensOf(events).map(({ seq, boot_id }) => `${boot_id.at(-1)}/${seq}`)).toEqual(
      ["0", "1", "2"].flatMap((loop) => ["0", "1", "2"].map((seq) => `${loop}/${seq}`)),
    );
    expect(Date.parse(events.at(-1)!.event.ts)).toBe(RUN_START_MS);
    expect(new Set(idsOf({ events, checkpoints: [] })).size).toBe(events.length);
  });

  test("of a log that still grows ends where the file ended when it was opened", async () => {
    const path = azure(
      [
        [1, 1, 1],
        [2, 1, 1],
      ],
      "growing.csv",
    );
    const source = await openReplay(replayOptions([path]));
    folder.write(`${await Bun.file(path).text()}${clock(3)},1,1\n`, "growing.csv");
    const events = [];
    for await (const batch of source.read(new AbortController().signal)) events.push(...batch.events);
    expect(tokensOf(events)).toHaveLength(2);
  });

  test("stops between batches when it is told to", async () => {
    const controller = new AbortController();
    const source = await openReplay(replayOptions(["sample"]));
    let batches = 0;
    for await (const _ of source.read(controller.signal)) {
      batches += 1;
      controller.abort();
    }
    expect(batches).toBe(1);
    expect(source.health().detail).toBe("1,000 of 20,068 events given out");
  });

  test.each([
    ["a missing file", ["no/such.csv"], {}, "CA3_FILE", "no/such.csv: there is no such file"],
    ["a folder", ["assets/samples"], {}, "CA3_INPUT", "is a folder"],
    ["no file", [], {}, "CA3_USAGE", "needs a file"],
    ["a speed of 0", ["sample"], { speed: 0 }, "CA3_USAGE", "the speed 0"],
    ["half a loop", ["sample"], { loop: 0.5 }, "CA3_USAGE", "0.5 is not a number of loops"],
    ["a zone that is none", ["sample"], { zone: "Nowhere" }, "CA3_USAGE", '"Nowhere"'],
  ] as const)("of %s is refused", async (_title, files, more, code, message) => {
    const opening = openReplay(replayOptions(files, more));
    await expect(opening).rejects.toThrow(message);
    await expect(opening).rejects.toMatchObject({ code });
  });
});

describe("a replay that is resumed", () => {
  const runs = fc.record({
    files: fc.constantFrom([short], [short, SAMPLES[1]!], SAMPLES, [SAMPLES[2]!, short]),
    loop: fc.integer({ min: 1, max: 3 }),
    speed: fc.constantFrom<number | "max">("max", 1, 60),
    time: fc.constantFrom("kept" as const, "shifted" as const),
  });

  test("goes on after any checkpoint with exactly the events that are left", () =>
    fc.assert(
      fc.asyncProperty(runs, fc.nat(), async (run, at) => {
        const options = replayOptions(run.files, run);
        const source = await openReplay(options);
        const batches = [];
        for await (const batch of source.read(new AbortController().signal)) batches.push(batch);
        const stop = at % batches.length;
        const rest = await collect(options, batches[stop]!.checkpoint);
        const left = batches.slice(stop + 1).flatMap(({ events }) => events);
        expect(JSON.stringify(rest.events)).toBe(JSON.stringify(left));
        expect(rest.checkpoints.at(-1) ?? batches.at(-1)!.checkpoint).toBe(batches.at(-1)!.checkpoint);
      }),
      { numRuns: 40 },
    ));

  test.each([
    ["of other files", "sample"],
    ["that is none", "garbage"],
  ])("starts at its beginning with a checkpoint %s", async (_title, from) => {
    const checkpoint = from === "sample" ? (await collect(replayOptions(["sample"]))).checkpoints[0]! : from;
    const whole = await collect(replayOptions([short]));
    expect(idsOf(await collect(replayOptions([short]), checkpoint))).toEqual(idsOf(whole));
  });
});
