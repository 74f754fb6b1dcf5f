import { formatCount, formatDecimal, formatPercent, formatUsd } from "../../../support/format.ts";
import type { Figures } from "../../../telemetry/report-model.ts";
import { type Formula, MONEY_ROUNDING_MICRO_USD, quotient } from "./formula.ts";

/** An output token weighs as much as this many input tokens where phases were not timed (docs/cost.md). */
const OUTPUT_WEIGHT = 2.5;

const cost = (f: Figures) => formatUsd(f.allocationMicroUsd, 6);
const both = (f: Figures) => ({ tokens: f.tokenQuality, gpus: f.gpuQuality });
const uncachedOf = (f: Figures) => Math.max(0, f.inputTokens - f.cacheReadTokens);

export function blendedPrice(f: Figures): Formula {
  const tokens = f.inputTokens + f.outputTokens;
  return {
    ...pricing(f, f.microUsdPerMillionTokens, 1, tokens),
    title: "Cost per million tokens",
    words: "cost ÷ (input + output tokens) × 1,000,000",
    numbers: `${cost(f)} ÷ (${formatCount(f.inputTokens)} + ${formatCount(f.outputTokens)}) × 1,000,000`,
    about:
      "The cost is the whole bill: price × the time GPUs were held, busy or idle. A provider's price list compares with this number.",
  };
}

export function inputPrice(f: Figures): Formula {
  const { share, words, numbers } = splitOf(f, "input");
  return {
    ...pricing(f, f.microUsdPerMillionInputTokens, share, uncachedOf(f)),
    title: "Cost per million input tokens",
    words: `cost × ${words} ÷ (input − cached tokens) × 1,000,000`,
    numbers: `${cost(f)} × ${numbers} ÷ ${formatCount(uncachedOf(f))} × 1,000,000`,
    about: `${methodOf(f)} Input tokens that came from a cache cost nothing here and are left out.`,
  };
}

export function outputPrice(f: Figures): Formula {
  const { share, words, numbers } = splitOf(f, "output");
  return {
    ...pricing(f, f.microUsdPerMillionOutputTokens, share, f.outputTokens),
    title: "Cost per million output tokens",
    words: `cost × ${words} ÷ output tokens × 1,000,000`,
    numbers: `${cost(f)} × ${numbers} ÷ ${formatCount(f.outputTokens)} × 1,000,000`,
    about: methodOf(f),
  };
}

export function costOf(f: Figures): Formula {
  return {
    title: "Cost",
    words: "used + idle cost",
    numbers: `${formatUsd(f.usedMicroUsd, 6)} + ${formatUsd(f.idleMicroUsd, 6)}`,
    ...money(f.allocationMicroUsd, f.usedMicroUsd + f.idleMicroUsd, f),
    about: `Each reading of a GPU adds its price × the time it was held: ${hours(f.gpuSeconds)} GPU-hours here, of which ${hours(f.busySeconds)} were busy. Prices come with each reading, so that a change in between is counted as it happened.`,
  };
}

export function usedCost(f: Figures): Formula {
  return {
    title: "Used cost",
    words: "cost − idle cost",
    numbers: `${cost(f)} − ${formatUsd(f.idleMicroUsd, 6)}`,
    ...money(f.usedMicroUsd, f.allocationMicroUsd - f.idleMicroUsd, f),
    about: `Price × busy time, summed over all readings; ${hours(f.busySeconds)} of ${hours(f.gpuSeconds)} GPU-hours were busy.`,
  };
}

export function idleCost(f: Figures): Formula {
  return {
    title: "Idle cost",
    words: "allocated but idle + unallocated",
    numbers: `${formatUsd(f.idleAllocatedMicroUsd, 6)} + ${formatUsd(f.idleUnallocatedMicroUsd, 6)}`,
    ...money(f.idleMicroUsd, f.idleAllocatedMicroUsd + f.idleUnallocatedMicroUsd, f),
    about:
      "Allocated but idle is the slack of a GPU on which tokens ran in that hour. Unallocated is a GPU that was held while no tokens ran on it in that hour.",
  };
}

export function idleShare(f: Figures): Formula {
  const share = quotient(f.idleMicroUsd, f.allocationMicroUsd);
  return {
    title: "Idle share of the cost",
    words: "idle cost ÷ cost",
    numbers: `${formatUsd(f.idleMicroUsd, 6)} ÷ ${cost(f)}`,
    result: formatPercent(share),
    value: share,
    computed: share,
    tolerance: 0,
    provenance: { gpus: f.gpuQuality },
    about: "The part of the bill that bought no work.",
  };
}

const hours = (seconds: number): string => (seconds / 3600).toFixed(2);

const money = (value: number, computed: number, f: Figures) => ({
  result: formatUsd(value, 6),
  value,
  computed,
  tolerance: 0,
  provenance: { gpus: f.gpuQuality },
});

/** A price per million of `tokens` that bear `share` of the cost. */
function pricing(f: Figures, value: number | null, share: number, tokens: number) {
  const price = quotient(f.allocationMicroUsd * share * 1e6, tokens);
  return {
    result: formatUsd(value, 6),
    value,
    computed: f.gpuSeconds > 0 && price !== null && Number.isFinite(price) ? price : null,
    tolerance: 0.5 + (MONEY_ROUNDING_MICRO_USD * share * 1e6) / Math.max(1, tokens),
    provenance: both(f),
  };
}

function splitOf(f: Figures, direction: "input" | "output") {
  const timed = f.prefillSeconds !== null && f.decodeSeconds !== null;
  const input = timed ? f.prefillSeconds : uncachedOf(f);
  const output = timed ? f.decodeSeconds : OUTPUT_WEIGHT * f.outputTokens;
  const part = direction === "input" ? input : output;
  const [inputText, outputText] = timed
    ? [`${decimal(input)} s`, `${decimal(output)} s`]
    : [formatCount(input), `2.5 × ${formatCount(f.outputTokens)}`];
  const names = timed ? ["prefill", "decode time"] : ["(input − cached)", "2.5 × output"];
  const own = direction === "input" ? 0 : 1;
  return {
    share: quotient(part, input + output) ?? Number.NaN,
    words: `${names[own]} ÷ (${names[0]} + ${names[1]})`,
    numbers: `${own === 0 ? inputText : outputText} ÷ (${inputText} + ${outputText})`,
  };
}

const decimal = (value: number): string => formatDecimal(value, 3).replace(/\.?0+$/, "");

const methodOf = (f: Figures): string =>
  f.splitMethod === "phase-time"
    ? "Input and output are split by the time spent in prefill and in decode."
    : "Input and output are split by a fixed weight, because prefill and decode were not timed: an output token counts as 2.5 input tokens.";
