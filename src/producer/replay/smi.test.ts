import { afterAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { collect, gpusOf, replayOptions, traceFolder } from "../../../tests/helpers/replay.ts";
import type { ReplayOptions } from "./index.ts";
import { openReplay } from "./index.ts";

const folder = traceFolder();
afterAll(folder.remove);

const HEADER =
  "timestamp, index, name, utilization.gpu [%], memory.used [MiB], memory.total [MiB], power.draw [W]";
const at = (seconds: number) =>
  `2024/03/05 09:${String(Math.floor(seconds / 60)).padStart(2, "0")}:${(seconds % 60).toFixed(3).padStart(6, "0")}`;
const row = (seconds: number, watts: string, gpu = 0, busy = "50 %") =>
  `${at(seconds)}, ${gpu}, NVIDIA L4, ${busy}, 1024 MiB, 23034 MiB, ${watts}`;
const eventsOf = async (lines: readonly string[], more: Partial<ReplayOptions> = {}) =>
  gpusOf((await collect(replayOptions([folder.write(`${lines.join("\n")}\n`, "gpu.csv")], more))).events);

describe("nvidia-smi logs", () => {
  test("a recorded log becomes one event per GPU and interval, in base units", async () => {
    const events = gpusOf((await collect(replayOptions(["assets/samples/nvidia-smi.csv"]))).events);
    expect(events).toHaveLength(240);
    expect(events[0]).toMatchObject({
      ts: "2025-08-11T14:20:35.512Z",
      source: "replay",
      quality: "measured",
      gpu_uuid: "GPU-5e2f1c88-90a4-4c1b-b6a1-0d9f3c1f7a21",
      gpu_index: 0,
      gpu_model: "NVIDIA A100-SXM4-40GB",
      interval_s: 5,
      mem_used_bytes: 36_412 * 1024 ** 2,
      mem_total_bytes: 40_960 * 1024 ** 2,
      power_w: 62.935,
      energy_j: 314.675,
      sm_clock_hz: 210e6,
      throttle_reasons: ["gpu_idle"],
      price_source: "price-book",
    });
  });

  test("a log with neither header nor units is read by the names of its columns", async () => {
    const columns =
      "timestamp,name,index,utilization.gpu,memory.used,memory.total,power.draw,temperature.gpu,clocks_throttle_reasons.active";
    const file = "tests/fixtures/replay/nvidia-smi-noheader-nounits.csv";
    const options = replayOptions([file], { columns: columns.split(","), pricePerHourMicroUsd: 710_000 });
    const source = await openReplay(options);
    expect(source.skipped).toEqual({ no_utilization: 1 });
    const events = gpusOf((await collect(options)).events);
    expect(
      events.map(({ interval_s, utilization, power_w, quality }) => ({
        interval_s,
        utilization,
        power_w,
        quality,
      })),
    ).toEqual([
      { interval_s: 1, utilization: 0.4, power_w: 64.25, quality: "measured" },
      { interval_s: 4, utilization: 1, power_w: 0, quality: "estimated" },
    ]);
    expect(events[0]).toMatchObject({
      gpu_uuid: "replay/0",
      price_per_hour_microusd: 710_000,
      price_source: "config",
    });
    expect(events[0]).not.toHaveProperty("temp_c");
  });

  test.each([
    ["63.25 W", 63.25],
    ["63250 mW", 63.25],
    ["63.25", 63.25],
  ])("power of %s", async (cell, watts) => {
    const [event] = await eventsOf([HEADER, row(0, cell), row(1, cell)]);
    expect(event!.power_w).toBe(watts);
  });

  test.each(["[N/A]", "N/A", "[Not Supported]", "", "ERR!", "[Unknown Error]"])(
    "a power of %j is absent",
    async (cell) => {
      const [event] = await eventsOf([HEADER, row(0, "70 W"), row(1, cell)]);
      expect(event).toMatchObject({ power_w: 0, quality: "estimated" });
      expect(event).not.toHaveProperty("energy_j");
    },
  );

  test("energy is the integral of power over the real sample times, whatever they are", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ stepMs: fc.integer({ min: 1, max: 3000 }), watts: fc.nat(700) }), {
          minLength: 2,
          maxLength: 20,
        }),
        async (samples) => {
          let ms = 0;
          const times = samples.map(({ stepMs }) => {
            ms += stepMs;
            return ms / 1000;
          });
          const rows = samples.map(({ watts }, i) => row(times[i]!, `${watts} W`));
          // Many steps are more than five usual ones; only what counts as held has energy.
          const median = samples
            .slice(1)
            .map(({ stepMs }) => stepMs)
            .sort((a, b) => a - b)[Math.floor((samples.length - 1) / 2)]!;
          let joules = 0;
          for (let i = 1; i < samples.length; i++)
            if (samples[i]!.stepMs <= 5 * median)
              joules += ((samples[i - 1]!.watts + samples[i]!.watts) / 2) * (samples[i]!.stepMs / 1000);
          const events = await eventsOf([HEADER, ...rows]);
          expect(events.reduce((sum, { energy_j = 0 }) => sum + energy_j, 0)).toBeCloseTo(joules, 4);
        },
      ),
      { numRuns: 50 },
    ));

  test("an energy counter is preferred to power, except where it restarted", async () => {
    const header = "timestamp, utilization.gpu [%], power.draw [W], total_energy_consumption [mJ]";
    const line = (s: number, mJ: number) => `${at(s)}, 50 %, 100 W, ${mJ} mJ`;
    const events = await eventsOf([header, line(0, 500_000), line(1, 650_000), line(2, 20_000)]);
    expect(events.map(({ energy_j, power_w }) => [energy_j, power_w])).toEqual([
      [150, 150],
      [100, 100],
    ]);
  });

  test("a gap of more than five usual intervals is not held", async () => {
    const events = await eventsOf([HEADER, ...[0, 1, 2, 3, 8, 20, 21].map((s) => row(s, "100 W"))]);
    expect(events.map(({ interval_s }) => interval_s)).toEqual([1, 1, 1, 5, 1]);
  });

  test("each GPU has its own intervals, also when its rows are a little out of order", async () => {
    const rows = [
      row(0, "100 W", 0),
      row(0, "200 W", 1),
      row(1, "200 W", 1),
      row(1, "100 W", 0),
      row(3, "100 W", 0),
      row(2, "200 W", 1),
    ];
    const events = await eventsOf([HEADER, ...rows], { host: "node-7" });
    expect(events.map(({ gpu_uuid, interval_s, power_w }) => [gpu_uuid, interval_s, power_w])).toEqual([
      ["node-7/1", 1, 200],
      ["node-7/0", 1, 100],
      ["node-7/1", 1, 200],
      ["node-7/0", 2, 100],
    ]);
  });

  test("local times are read in the zone that is named", async () => {
    const [event] = await eventsOf([HEADER, row(0, "1 W"), row(1, "1 W")], { zone: "America/New_York" });
    expect(event!.ts).toBe("2024-03-05T14:00:01.000Z");
  });

  test("the zone that was assumed is said", async () => {
    const { notes } = await openReplay(replayOptions(["assets/samples/nvidia-smi.csv"]));
    expect(notes).toEqual([
      "assets/samples/nvidia-smi.csv: its times name no zone and are read as UTC; --zone changes that",
    ]);
  });

  test("memory and power that no column holds are 0, estimated, and said", async () => {
    const file = folder.write(`timestamp, utilization.gpu [%]\n${at(0)}, 5 %\n${at(1)}, 10 %\n`, "gpu.csv");
    const [event] = gpusOf((await collect(replayOptions([file]))).events);
    expect(event).toMatchObject({
      utilization: 0.1,
      power_w: 0,
      mem_used_bytes: 0,
      quality: "estimated",
      gpu_model: "unknown GPU",
      price_source: "unknown",
    });
    const { notes } = await openReplay(replayOptions([file]));
    expect(notes.join("\n")).toMatch(/no power\.draw[\s\S]*memory in use is not known/);
  });

  test.each([
    ["no time", "index, utilization.gpu [%]\n0, 5 %\n", "gpu.csv:1: the column timestamp is missing"],
    ["no utilisation", "timestamp, power.draw [W]\n", "gpu.csv:1: the column utilization.gpu is missing"],
    [
      "a utilisation above 100 %",
      `${HEADER}\n${row(0, "1 W", 0, "101 %")}\n`,
      'gpu.csv:2:40: utilization.gpu: expected 0 to 100 %, got "101 %"',
    ],
    ["negative power", `${HEADER}\n${row(0, "-5 W")}\n`, 'got "-5 W"'],
    ["an unknown unit", `${HEADER}\n${row(0, "5 hp")}\n`, 'got "5 hp"'],
    [
      "an index that is none",
      `${HEADER}\n${row(0, "5 W", 5000)}\n`,
      'index: expected a whole number from 0 to 4096, got "5000"',
    ],
    ["one sample", `${HEADER}\n${row(0, "5 W")}\n`, "it gives no interval"],
    [
      "GPUs that nothing tells apart",
      `timestamp, utilization.gpu [%]\n${at(0)}, 5 %\n${at(0)}, 5 %\n`,
      "two rows have the same time",
    ],
    ["no utilisation in any row", `${HEADER}\n${row(0, "5 W", 0, "[N/A]")}\n`, "no row can be used"],
  ])("with %s are refused in words", async (_title, content, message) => {
    await expect(openReplay(replayOptions([folder.write(content, "gpu.csv")]))).rejects.toThrow(message);
  });
});
