import { formatCount, formatPercent, formatUsd } from "../../../support/format.ts";
import type { Figures } from "../../../telemetry/report-model.ts";
import { type Formula, MONEY_ROUNDING_MICRO_USD, quotient } from "./formula.ts";
import { formatSeconds } from "./numbers.ts";

/** Percentiles of one kind of time. */
export type Times = { readonly p50: number | null; readonly p95: number | null; readonly p99: number | null };

export const timesOf = {
  ttft: (f: Figures): Times => ({ p50: f.p50TtftSeconds, p95: f.p95TtftSeconds, p99: f.p99TtftSeconds }),
  tpot: (f: Figures): Times => ({ p50: f.p50TpotSeconds, p95: f.p95TpotSeconds, p99: f.p99TpotSeconds }),
  e2e: (f: Figures): Times => ({
    ...{ p50: f.p50LatencySeconds, p95: f.p95LatencySeconds, p99: f.p99LatencySeconds },
  }),
} as const;

/** `95 % within 947 ms · 99 % within 2.23 s` */
export const tailOf = ({ p95, p99 }: Times): string =>
  `95 % within ${formatSeconds(p95)} · 99 % within ${formatSeconds(p99)}`;

function median(title: string, times: Times, f: Figures, about: string): Formula {
  return {
    title,
    words: "the time within which half of the requests were served; the same for 95 and 99 of a hundred",
    numbers: `50 % within ${formatSeconds(times.p50)} · ${tailOf(times)}; the half`,
    result: formatSeconds(times.p50),
    value: times.p50,
    computed: times.p50,
    tolerance: 0,
    provenance: { tokens: f.tokenQuality },
    about: `${about} Requests are counted in buckets of 1, 1.5, 2, 3, 5 and 7.5 times a power of ten seconds and taken as even within one, so that counts of any hours and servers can be added; a percentile is as good as its bucket is narrow, a fifth to a half of its value.`,
  };
}

export const ttft = (f: Figures): Formula =>
  median("Time to first token", timesOf.ttft(f), f, "From the arrival of a request to its first token.");

export const tpot = (f: Figures): Formula =>
  median(
    "Time per further token",
    timesOf.tpot(f),
    f,
    "(End to end − time to first token) ÷ (output tokens − 1).",
  );

export const e2e = (f: Figures): Formula =>
  median("Time from end to end", timesOf.e2e(f), f, "From the arrival of a request to its last token.");

const missed = (f: Figures): string =>
  `Limits that were broken: first token ${formatCount(f.sloMissedTtft)}, per token ${formatCount(f.sloMissedTpot)}, end to end ${formatCount(f.sloMissedE2e)}; one request may break several.`;

const estimated = (f: Figures): string =>
  f.sloEstimatedRequests === 0
    ? ""
    : ` ${formatCount(f.sloEstimatedRequests)} of them were judged from a server's histograms: as many are good at most.`;

export function goodShare(f: Figures): Formula {
  const share = quotient(f.goodRequests, f.sloRequests);
  return {
    title: "Good requests",
    words: "requests that succeeded and kept every declared limit ÷ requests that were judged",
    numbers: `${formatCount(f.goodRequests)} ÷ ${formatCount(f.sloRequests)}`,
    result: formatPercent(share),
    value: share,
    computed: share,
    tolerance: 0,
    provenance: { tokens: f.tokenQuality },
    about: `${missed(f)}${estimated(f)} A request is judged when it is stored, so a changed objective counts from then on.`,
  };
}

export function goodCost(f: Figures): Formula {
  const price = quotient(f.allocationMicroUsd * f.sloRequests, f.requests * f.goodRequests);
  return {
    title: "Cost per good request",
    words: "cost × (judged ÷ all requests) ÷ good requests",
    numbers: `${formatUsd(f.allocationMicroUsd, 6)} × (${formatCount(f.sloRequests)} ÷ ${formatCount(f.requests)}) ÷ ${formatCount(f.goodRequests)}`,
    result: formatUsd(f.microUsdPerGoodRequest, 6),
    value: f.microUsdPerGoodRequest,
    computed: f.microUsdPerGoodRequest === null ? null : price,
    tolerance: 0.5 + MONEY_ROUNDING_MICRO_USD,
    provenance: { tokens: f.tokenQuality, gpus: f.gpuQuality },
    about:
      "What a request costs that was of use to whoever sent it: the bill, shared by the good ones alone.",
  };
}
