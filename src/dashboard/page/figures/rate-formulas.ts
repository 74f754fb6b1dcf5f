import { formatCount, formatDecimal, formatUsd } from "../../../support/format.ts";
import type { Figures } from "../../../telemetry/report-model.ts";
import type { Rates } from "../data/types.ts";
import { type Formula, quotient } from "./formula.ts";
import { formatSignificant } from "./numbers.ts";
import type { Provenance } from "./quality.ts";

/** Hours in a mean month: 365 × 24 / 12. */
export const HOURS_PER_MONTH = 730;

/** What happens per time, whether over the last minute or over a whole range. */
export type Pace = {
  readonly seconds: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly requests: number;
  readonly usedMicroUsdPerHour: number | null;
  readonly idleMicroUsdPerHour: number | null;
  readonly watts: number | null;
  /** What the time is, for the formula. */
  readonly span: string;
  readonly provenance: Provenance;
  /** Digits that the API told its rates with, as a share of them. */
  readonly precision: number;
};

/** The last minute, from the rates that the API tells with nine digits. */
export function paceOfRates(rates: Rates, provenance: Provenance): Pace {
  const seconds = rates.windowSeconds;
  const total = (perSecond: number) => Math.round(perSecond * seconds);
  return {
    seconds,
    inputTokens: total(rates.inputTokensPerSecond),
    outputTokens: total(rates.outputTokensPerSecond),
    requests: total(rates.requestsPerSecond),
    usedMicroUsdPerHour: rates.usedMicroUsdPerHour,
    idleMicroUsdPerHour: rates.idleMicroUsdPerHour,
    watts: rates.powerWatts,
    span: `the ${formatCount(seconds)} s up to ${rates.asOf.slice(11, 19)} UTC`,
    provenance,
    precision: 1e-8,
  };
}

/** The mean over a range, from its first event to its last. */
export function paceOfFigures(f: Figures, fromMs: number, toMs: number): Pace | undefined {
  const seconds = (toMs - fromMs) / 1000;
  if (seconds <= 0) return undefined;
  const perHour = (microUsd: number) => (f.gpuSeconds > 0 ? (microUsd * 3600) / seconds : null);
  return {
    seconds,
    inputTokens: f.inputTokens,
    outputTokens: f.outputTokens,
    requests: f.requests,
    usedMicroUsdPerHour: perHour(f.usedMicroUsd),
    idleMicroUsdPerHour: perHour(f.idleMicroUsd),
    watts: f.gpuSeconds > 0 ? f.energyJoules / seconds : null,
    span: "the time from the first event to the last",
    provenance: { tokens: f.tokenQuality, gpus: f.gpuQuality },
    precision: 0,
  };
}

export const tokensPerSecond = (pace: Pace): Formula =>
  perSecond(pace, "Tokens per second", "input + output tokens", pace.inputTokens + pace.outputTokens);
export const inputPerSecond = (pace: Pace): Formula =>
  perSecond(pace, "Input tokens per second", "input tokens", pace.inputTokens);
export const outputPerSecond = (pace: Pace): Formula =>
  perSecond(pace, "Output tokens per second", "output tokens", pace.outputTokens);
export const requestsPerSecond = (pace: Pace): Formula =>
  perSecond(pace, "Requests per second", "requests", pace.requests);

function perSecond(pace: Pace, title: string, what: string, total: number): Formula {
  const value = quotient(total, pace.seconds);
  return {
    title,
    words: `${what} ÷ seconds`,
    numbers: `${formatCount(total)} ÷ ${decimal(pace.seconds)} s`,
    result: formatSignificant(value, 6),
    value,
    computed: value,
    tolerance: Math.abs(value ?? 0) * pace.precision,
    provenance: { ...(pace.provenance.tokens ? { tokens: pace.provenance.tokens } : {}) },
    about: `Over ${pace.span}.`,
  };
}

const rateOf = (pace: Pace): number | null =>
  pace.usedMicroUsdPerHour === null || pace.idleMicroUsdPerHour === null
    ? null
    : pace.usedMicroUsdPerHour + pace.idleMicroUsdPerHour;

export function costPerHour(pace: Pace): Formula {
  const value = rateOf(pace);
  return {
    title: "Cost per hour",
    words: "used + idle cost per hour",
    numbers: `${formatUsd(pace.usedMicroUsdPerHour, 6)} + ${formatUsd(pace.idleMicroUsdPerHour, 6)}`,
    result: formatUsd(value, 6),
    value,
    computed: value,
    tolerance: 0,
    provenance: { ...(pace.provenance.gpus ? { gpus: pace.provenance.gpus } : {}) },
    about: `Cost of ${pace.span}, as if it went on for an hour.`,
  };
}

export function costPerMonth(pace: Pace): Formula {
  const rate = rateOf(pace);
  const value = rate === null ? null : rate * HOURS_PER_MONTH;
  return {
    ...costPerHour(pace),
    title: "Cost per month",
    words: "cost per hour × 730 hours",
    numbers: `${formatUsd(rate, 6)} × 730`,
    result: formatUsd(value, 2),
    value,
    computed: value,
    about: `A mean month has 365 × 24 ÷ 12 = 730 hours. ${costPerHour(pace).about}`,
  };
}

export function power(pace: Pace): Formula {
  return {
    title: "Power",
    words: "energy ÷ time, over all GPUs",
    numbers: `${formatDecimal((pace.watts ?? 0) * pace.seconds, 1)} J ÷ ${decimal(pace.seconds)} s`,
    result: `${formatSignificant(pace.watts, 6)} W`,
    value: pace.watts,
    computed: pace.watts,
    tolerance: 0,
    provenance: { ...(pace.provenance.gpus ? { gpus: pace.provenance.gpus } : {}) },
    about: `Over ${pace.span}.`,
  };
}

const decimal = (value: number): string => formatDecimal(value, 3).replace(/\.?0+$/, "");
