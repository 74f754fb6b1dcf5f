import type { TokenEvent } from "./events.ts";
import { shareWithin } from "./histogram.ts";
import { LATENCY_BOUNDS_S, type LatencyName, latencyNames } from "./latency.ts";

/** What is promised for a request, in seconds; what is not named is not promised. */
export type Slo = { readonly [name in LatencyName]?: number };

/** How requests did against what was promised. */
export type Verdict = {
  /** Requests that could be judged. */
  readonly judged: number;
  /** Those of them that succeeded and kept every promise. */
  readonly good: number;
  /** Requests that broke a promise, by promise; one may break several. */
  readonly missed: { readonly [name in LatencyName]: number };
  /** From counts in buckets, not request by request. */
  readonly estimated: boolean;
};

const UNJUDGED: Verdict = { judged: 0, good: 0, missed: { ttft: 0, tpot: 0, e2e: 0 }, estimated: false };

/** Judges a token event. Depends on nothing else, so a replay judges the same. */
export function judge(event: TokenEvent, slo: Slo): Verdict {
  const promised = latencyNames.filter((name) => slo[name] !== undefined);
  if (promised.length === 0) return UNJUDGED;
  return event.kind === "request" ? judgeRequest(event, slo, promised) : judgeInterval(event, slo, promised);
}

/**
 * A failed request is not good, however fast. One of which a promised time is not known is judged only when another one
 * shows that it is not good.
 */
function judgeRequest(event: TokenEvent, slo: Slo, promised: readonly LatencyName[]): Verdict {
  const times = timesOf(event);
  const late = promised.filter((name) => (times[name] ?? 0) > slo[name]!);
  const failed = event.error_type !== undefined && event.error_type !== "";
  const known = promised.every((name) => times[name] !== undefined);
  if (late.length === 0 && !failed && !known) return UNJUDGED;
  const missed = (name: LatencyName) => (late.includes(name) ? event.requests : 0);
  return {
    judged: event.requests,
    good: late.length === 0 && !failed ? event.requests : 0,
    missed: { ttft: missed("ttft"), tpot: missed("tpot"), e2e: missed("e2e") },
    estimated: false,
  };
}

/**
 * Which requests broke two promises is not known: those that wait long for their first token mostly also end late, so
 * the promise broken most often decides, and good requests are at most as many. Within a bucket times are taken as
 * spread evenly. Not judged when one of the promised times was not counted.
 */
function judgeInterval(event: TokenEvent, slo: Slo, promised: readonly LatencyName[]): Verdict {
  const counts = { ttft: event.ttft_counts, tpot: event.tpot_counts, e2e: event.e2e_counts };
  const missed = { ttft: 0, tpot: 0, e2e: 0 };
  for (const name of promised) {
    const bounds = LATENCY_BOUNDS_S[name];
    const within = shareWithin({ bounds, counts: counts[name] ?? [] }, slo[name]!);
    if (within === null) return UNJUDGED;
    missed[name] = Math.round(event.requests * (1 - within));
  }
  const worst = Math.max(...promised.map((name) => missed[name]));
  const good = event.requests - Math.max(worst, Math.min(event.requests, event.errors ?? 0));
  return { judged: event.requests, good, missed, estimated: true };
}

/**
 * Times of one request; of an event about several, those of the mean one. Without one of its own, the time per output
 * token is what is left after the first token, shared out among the others (TPOT); an answer of one token has no further
 * ones, so nothing to wait for.
 */
export function timesOf(event: TokenEvent): { readonly [name in LatencyName]: number | undefined } {
  const requests = Math.max(1, event.requests);
  const ttft = event.ttft_s === undefined ? undefined : event.ttft_s / requests;
  const e2e = event.latency_s === undefined ? undefined : event.latency_s / requests;
  const further = event.output_tokens / requests - 1;
  const decode = e2e === undefined || ttft === undefined ? undefined : Math.max(0, e2e - ttft);
  const tpot = event.tpot_s ?? (further <= 0 ? 0 : decode === undefined ? undefined : decode / further);
  return { ttft, tpot, e2e };
}
