import { formatCount, formatDecimal, formatPercent } from "../../../support/format.ts";
import type { Figures } from "../../../telemetry/report-model.ts";
import { type Formula, quotient } from "./formula.ts";
import { formatSeconds, formatSignificant } from "./numbers.ts";

const tokensOf = (f: Figures) => f.inputTokens + f.outputTokens;
const joules = (f: Figures) => formatDecimal(f.energyJoules, 3);

export function joulesPerToken(f: Figures): Formula {
  return {
    title: "Energy per token",
    words: "energy ÷ (input + output tokens)",
    numbers: `${joules(f)} J ÷ (${formatCount(f.inputTokens)} + ${formatCount(f.outputTokens)})`,
    result: `${formatSignificant(f.joulesPerToken, 6)} J`,
    value: f.joulesPerToken,
    computed: f.gpuSeconds > 0 ? quotient(f.energyJoules, tokensOf(f)) : null,
    tolerance: 0,
    provenance: { tokens: f.tokenQuality, gpus: f.gpuQuality },
    about:
      "Energy of the GPUs, idle time included: from the card's own counter where there is one, else mean power × time. Host and cooling are not included.",
  };
}

export function tokensPerJoule(f: Figures): Formula {
  return {
    ...joulesPerToken(f),
    title: "Tokens per joule",
    words: "(input + output tokens) ÷ energy",
    numbers: `(${formatCount(f.inputTokens)} + ${formatCount(f.outputTokens)}) ÷ ${joules(f)} J`,
    result: formatSignificant(f.tokensPerJoule, 6),
    value: f.tokensPerJoule,
    computed: quotient(tokensOf(f), f.energyJoules),
  };
}

export function energy(f: Figures): Formula {
  return {
    title: "Energy",
    words: "sum over all GPU readings, in kilowatt-hours: joules ÷ 3,600,000",
    numbers: `${joules(f)} J ÷ 3,600,000`,
    result: `${formatSignificant(f.energyJoules / 3.6e6, 6)} kWh`,
    value: f.energyJoules / 3.6e6,
    computed: f.energyJoules / 3.6e6,
    tolerance: 0,
    provenance: { gpus: f.gpuQuality },
    about: "From the card's own counter where there is one, else mean power × time.",
  };
}

export function utilization(f: Figures): Formula {
  return {
    title: "Utilisation",
    words: "busy GPU time ÷ held GPU time",
    numbers: `${formatSignificant(f.busySeconds, 9)} s ÷ ${formatSignificant(f.gpuSeconds, 9)} s`,
    result: formatPercent(f.utilization),
    value: f.utilization,
    computed: quotient(f.busySeconds, f.gpuSeconds),
    tolerance: 0,
    provenance: { gpus: f.gpuQuality },
    about:
      "Busy follows the activity of the card's engines where it is read, else the driver's utilisation, which only says that some kernel was resident and is too high for small batches.",
  };
}

const counted = (title: string, value: number, f: Figures, words: string, about: string): Formula => ({
  title,
  words,
  result: formatCount(value),
  value,
  computed: value,
  tolerance: 0,
  provenance: { tokens: f.tokenQuality },
  about,
});

export const inputTokens = (f: Figures): Formula =>
  counted(
    "Input tokens",
    f.inputTokens,
    f,
    "sum over all token events",
    `Prompt tokens, cached ones included: ${formatCount(f.cacheReadTokens)} of them came from a cache.`,
  );

export const outputTokens = (f: Figures): Formula =>
  counted(
    "Output tokens",
    f.outputTokens,
    f,
    "sum over all token events",
    `Generated tokens, reasoning included: ${formatCount(f.reasoningTokens)} of them.`,
  );

export const requests = (f: Figures): Formula =>
  counted(
    "Requests",
    f.requests,
    f,
    "number of requests that ended",
    `${formatCount(f.errors)} of them failed.`,
  );

const mean = (title: string, value: number | null, f: Figures, about: string): Formula => ({
  title,
  words: "sum of the times ÷ number of requests whose time is known",
  result: formatSeconds(value),
  value,
  computed: value,
  tolerance: 0,
  provenance: { tokens: f.tokenQuality },
  about,
});

export const latency = (f: Figures): Formula =>
  mean("Mean latency", f.meanLatencySeconds, f, "From the arrival of a request to its last token.");

export const firstToken = (f: Figures): Formula =>
  mean("Mean time to first token", f.meanTtftSeconds, f, "From the arrival of a request to its first token.");
