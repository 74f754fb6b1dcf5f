import { afterAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { collect, RUN_START_MS, replayOptions, traceFolder } from "../../../tests/helpers/replay.ts";
import { gpuEvent, tokenEvent } from "../../../tests/samples/events.ts";
import { encodeEvent } from "../../telemetry/encode.ts";
import type { TelemetryEvent, TokenEvent } from "../../telemetry/events.ts";
import { openReplay } from "./index.ts";

const folder = traceFolder();
afterAll(folder.remove);

const START_MS = Date.UTC(2026, 2, 1, 10);
const fileOf = (events: readonly TelemetryEvent[]) =>
  folder.write(events.map((event) => `${new TextDecoder().decode(encodeEvent(event))}\n`).join(""));

/** Events in order of time, of both kinds, with identities of their own. */
const recording = fc
  .array(fc.record({ isGpu: fc.boolean(), stepMs: fc.nat(30_000), tokens: fc.nat(1e6) }), {
    minLength: 1,
    maxLength: 40,
  })
  .map((steps) => {
    let tsMs = START_MS;
    return steps.map(({ isGpu, stepMs, tokens }, i): TelemetryEvent => {
      tsMs += stepMs;
      const common = { event_id: `e-${i}`, seq: i, ts: new Date(tsMs).toISOString() };
      if (isGpu) return gpuEvent({ ...common, gpu_uuid: `GPU-${tokens % 3}` });
      const window = { window_start: new Date(tsMs - 1000).toISOString(), window_end: common.ts };
      return tokenEvent({
        ...common,
        input_tokens: tokens,
        ...(tokens % 2 ? {} : { kind: "interval", ...window }),
      });
    });
  });

const withGpu = (events: readonly TelemetryEvent[]) => [
  gpuEvent({ event_id: "g", ts: new Date(START_MS).toISOString() }),
  ...events,
];

describe("events of ca3", () => {
  test("come back exactly as they were written when their time is kept", () =>
    fc.assert(
      fc.asyncProperty(recording, async (recorded) => {
        const events = withGpu(recorded);
        const { events: replayed } = await collect(replayOptions([fileOf(events)]));
        expect(replayed.map(({ event }) => event)).toEqual(events);
        expect(replayed.map(({ kind }) => kind)).toEqual(
          events.map((event) => ("gpu_uuid" in event ? "gpu" : "token")),
        );
      }),
      { numRuns: 30 },
    ));

  test("get identities of the run and move together when their time is shifted", () =>
    fc.assert(
      fc.asyncProperty(recording, async (recorded) => {
        const events = withGpu(recorded);
        const { events: replayed } = await collect(replayOptions([fileOf(events)], { time: "shifted" }));
        const shiftMs = Date.parse(replayed[0]!.event.ts) - Date.parse(events[0]!.ts);
        expect(new Set(replayed.map(({ event }) => event.event_id)).size).toBe(events.length);
        expect(Date.parse(replayed.at(-1)!.event.ts)).toBe(RUN_START_MS);
        replayed.forEach(({ event }, i) => {
          const before = events[i] as TokenEvent;
          expect(Date.parse(event.ts)).toBe(Date.parse(before.ts) + shiftMs);
          expect(event.seq).toBe(i);
          const { window_start, window_end, input_tokens } = event as TokenEvent;
          expect(input_tokens).toBe(before.input_tokens);
          if (before.window_start)
            expect(Date.parse(window_start!)).toBe(Date.parse(before.window_start) + shiftMs);
          if (before.window_end) expect(window_end).toBe(event.ts);
        });
      }),
      { numRuns: 30 },
    ));

  test("of the first version are read, and get an identity each even when two are the same", async () => {
    const gpu = {
      ts: "2026-03-01T10:00:00Z",
      gpu_index: 0,
      name: "A100 40GB",
      utilization: 0.5,
      mem_used_mb: 1,
      mem_total_mb: 2,
      power_w: 100,
      price_per_hour_usd: 3.2,
      host: "h",
    };
    const token = {
      ts: "2026-03-01T10:00:01Z",
      model: "m",
      prompt_tokens: 7,
      completion_tokens: 3,
      latency_ms: 12,
      gpu_index: 0,
      host: "h",
    };
    const file = folder.write([gpu, token, token].map((each) => JSON.stringify(each)).join("\n"));
    const { events } = await collect(replayOptions([file]));
    expect(events.map(({ kind }) => kind)).toEqual(["gpu", "token", "token"]);
    expect(new Set(events.map(({ event }) => event.event_id)).size).toBe(3);
    expect(events[0]!.event).toMatchObject({ mem_used_bytes: 1024 ** 2, price_per_hour_microusd: 3_200_000 });
    expect(events[1]!.event).toMatchObject({ input_tokens: 7, output_tokens: 3 });
  });

  const good = JSON.stringify(tokenEvent());
  test.each([
    [
      "a cut-off last line",
      `${good}\n${good.slice(0, 50)}`,
      "log.jsonl:2:47: this is not JSON; it is the last line and has no line end",
    ],
    ["no JSON", `${good}\n{"input_tokens": x}\n`, "log.jsonl:2:18: this is not JSON"],
    ["something else", `${good}\n{"a":1}\n`, "log.jsonl:2:1: this is neither a GPU event nor a token event"],
    [
      "a negative count",
      `${good.replace('"input_tokens":1000', '"input_tokens":-1')}\n`,
      "log.jsonl:1:1: input_tokens",
    ],
    [
      "a newer schema",
      `${good.replace('"schema_version":1', '"schema_version":2')}\n`,
      "schema_version: 2, the newest known is 1",
    ],
    ["a line of binary", `${good}\n\0\0\0\n`, "log.jsonl:2:1: the line holds a NUL byte"],
  ])("with %s are refused in words, or left out when that is allowed", async (_title, content, message) => {
    const file = folder.write(content, "log.jsonl");
    await expect(openReplay(replayOptions([file]))).rejects.toThrow(message);
    if (!content.startsWith(good)) return;
    const source = await openReplay(replayOptions([file], { lenient: true }));
    expect(source.contents.tokenEvents).toBe(1);
    expect(source.skippedRows?.()).toBe(1);
  });
});
