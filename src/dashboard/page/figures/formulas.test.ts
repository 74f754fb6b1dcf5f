import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { gpuEvents, tokenEvents } from "../../../../tests/samples/arbitrary-events.ts";
import { gpuEvent, tokenEvent } from "../../../../tests/samples/events.ts";
import { rowsOf } from "../../../../tests/samples/rows.ts";
import { buildReport } from "../../../telemetry/report.ts";
import { type Figures, groupings } from "../../../telemetry/report-model.ts";
import { type FigureFormulaId, figureFormulas, paceFormulas } from "./formulas.ts";
import { paceOfFigures, paceOfRates } from "./rate-formulas.ts";

const ids = Object.keys(figureFormulas) as FigureFormulaId[];
const hour = Array.from({ length: 360 }, (_, at) =>
  gpuEvent({ event_id: `gpu-${at}`, ts: new Date(Date.UTC(2026, 2, 1, 10, 0, (at + 1) * 10)).toISOString() }),
);
const totalsOf = (...tokens: Parameters<typeof tokenEvent>[0][]): Figures =>
  buildReport(
    rowsOf([...hour, ...tokens.map((own, at) => tokenEvent({ event_id: `token-${at}`, ...own }))]),
    "model",
  ).totals;

/** The API's number that each formula must end at. */
const numberOf: Readonly<Record<FigureFormulaId, (f: Figures) => number | null>> = {
  blended: (f) => f.microUsdPerMillionTokens,
  input: (f) => f.microUsdPerMillionInputTokens,
  output: (f) => f.microUsdPerMillionOutputTokens,
  cost: (f) => f.allocationMicroUsd,
  used: (f) => f.usedMicroUsd,
  idle: (f) => f.idleMicroUsd,
  idleShare: (f) => (f.allocationMicroUsd > 0 ? f.idleMicroUsd / f.allocationMicroUsd : null),
  joulesPerToken: (f) => f.joulesPerToken,
  tokensPerJoule: (f) => f.tokensPerJoule,
  energy: (f) => f.energyJoules / 3.6e6,
  utilization: (f) => f.utilization,
  inputTokens: (f) => f.inputTokens,
  outputTokens: (f) => f.outputTokens,
  requests: (f) => f.requests,
  latency: (f) => f.meanLatencySeconds,
  firstToken: (f) => f.meanTtftSeconds,
  ttft: (f) => f.p50TtftSeconds,
  tpot: (f) => f.p50TpotSeconds,
  e2e: (f) => f.p50LatencySeconds,
  goodShare: (f) => (f.sloRequests > 0 ? f.goodRequests / f.sloRequests : null),
  goodCost: (f) => f.microUsdPerGoodRequest,
};

test("every formula ends at the API's number, for any telemetry and in every group", () =>
  fc.assert(
    fc.property(
      fc.array(fc.oneof(gpuEvents, tokenEvents), { maxLength: 40 }),
      fc.constantFrom(...groupings),
      (events, by) => {
        const report = buildReport(rowsOf(events), by);
        for (const figures of [report.totals, ...report.groups])
          for (const id of ids) {
            const { value, computed, tolerance } = figureFormulas[id](figures);
            expect([id, value]).toEqual([id, numberOf[id](figures)]);
            if (value === null || computed === null) expect([id, computed]).toEqual([id, value]);
            else expect(Math.abs(computed - value)).toBeLessThanOrEqual(tolerance + Math.abs(value) * 1e-9);
          }
      },
    ),
    { numRuns: 200 },
  ));

describe("the numbers are put in", () => {
  const figures = totalsOf({ input_tokens: 3_000_000, output_tokens: 600_000, cache_read_tokens: 1_000_000 });

  test.each([
    ["blended", "$3.600000 ÷ (3,000,000 + 600,000) × 1,000,000", "$1.000000"],
    ["input", "$3.600000 × 2,000,000 ÷ (2,000,000 + 2.5 × 600,000) ÷ 2,000,000 × 1,000,000", "$1.028571"],
    ["output", "$3.600000 × 2.5 × 600,000 ÷ (2,000,000 + 2.5 × 600,000) ÷ 600,000 × 1,000,000", "$2.571429"],
    ["cost", "$1.800000 + $1.800000", "$3.600000"],
    ["idle", "$1.800000 + $0.000000", "$1.800000"],
    ["idleShare", "$1.800000 ÷ $3.600000", "50.0 %"],
    ["joulesPerToken", "900,000.000 J ÷ (3,000,000 + 600,000)", "0.250000 J"],
    ["utilization", "1,800.00000 s ÷ 3,600.00000 s", "50.0 %"],
  ] as const)("%s", (id, numbers, result) =>
    expect(figureFormulas[id](figures)).toMatchObject({ numbers, result }),
  );

  test("with the times, where the phases were timed", () => {
    const timed = totalsOf({
      input_tokens: 1_000_000,
      output_tokens: 1_000_000,
      prefill_s: 10,
      decode_s: 30,
    });
    expect(figureFormulas.input(timed)).toMatchObject({
      words: "cost × prefill ÷ (prefill + decode time) ÷ (input − cached tokens) × 1,000,000",
      numbers: "$3.600000 × 10 s ÷ (10 s + 30 s) ÷ 1,000,000 × 1,000,000",
      result: "$0.900000",
      provenance: { tokens: ["measured"], gpus: ["measured"] },
    });
  });
});

describe("paces", () => {
  const figures = totalsOf({ input_tokens: 72_000, output_tokens: 36_000 });
  const pace = paceOfFigures(figures, 0, 3_600_000)!;

  test.each([
    ["tokensPerSecond", 30, "108,000 ÷ 3,600 s"],
    ["inputPerSecond", 20, "72,000 ÷ 3,600 s"],
    ["outputPerSecond", 10, "36,000 ÷ 3,600 s"],
    ["costPerHour", 3_600_000, "$1.800000 + $1.800000"],
    ["costPerMonth", 2_628_000_000, "$3.600000 × 730"],
    ["power", 250, "900,000.0 J ÷ 3,600 s"],
  ] as const)("%s over a range is the total by the time", (id, value, numbers) =>
    expect(paceFormulas[id](pace)).toMatchObject({ value, computed: value, numbers }),
  );

  test("a single moment has no pace", () => expect(paceOfFigures(figures, 5, 5)).toBeUndefined());

  test("without a GPU there is a pace of tokens and none of cost", () => {
    const { totals } = buildReport(rowsOf([tokenEvent()]), "model");
    const bare = paceOfFigures(totals, 0, 1000)!;
    expect(paceFormulas.tokensPerSecond(bare).value).toBe(1200);
    expect(paceFormulas.costPerHour(bare).value).toBeNull();
    expect(paceFormulas.costPerMonth(bare).result).toBe("–");
  });

  test("the last minute's are the rates of the API, to their last digit", () =>
    fc.assert(
      fc.property(fc.nat(1e9), fc.nat(1e9), fc.nat(1e9), (input, output, cost) => {
        const short = (value: number) => Number(value.toPrecision(9));
        const rates = {
          asOf: "2026-11-23T09:35:30.000Z",
          windowSeconds: 60,
          inputTokensPerSecond: short(input / 60),
          outputTokensPerSecond: short(output / 60),
          requestsPerSecond: 1,
          usedMicroUsdPerHour: cost,
          idleMicroUsdPerHour: 7,
          powerWatts: 500,
          gpus: 2,
        };
        const minute = paceOfRates(rates, {});
        const near = (id: "inputPerSecond" | "outputPerSecond", expected: number) => {
          const { value, tolerance } = paceFormulas[id](minute);
          expect(Math.abs(value! - expected)).toBeLessThanOrEqual(tolerance);
        };
        near("inputPerSecond", rates.inputTokensPerSecond);
        near("outputPerSecond", rates.outputTokensPerSecond);
        expect(paceFormulas.costPerHour(minute).value).toBe(cost + 7);
        expect(paceFormulas.power(minute).value).toBe(500);
      }),
    ));
});
