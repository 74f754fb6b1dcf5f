import type { TokenEvent } from "../../telemetry/events.ts";
import { SCHEMA_VERSION } from "../../telemetry/schema-version.ts";
import type { Join } from "../join/join.ts";
import { joinTokens } from "../join/rules.ts";
import { millionths, withKnown } from "../known.ts";
import type { GaugeField } from "./names.ts";
import type { GroupKey } from "./page.ts";
import type { Times } from "./times.ts";
import type { Work } from "./work.ts";

export type IntervalFacts = {
  readonly group: GroupKey;
  readonly work: Work;
  readonly requests: number;
  readonly times: Times;
  readonly gauges: { readonly [field in GaugeField]?: number };
  readonly fromMs: number;
  readonly toMs: number;
  /** Machine of the endpoint. */
  readonly host: string;
  readonly endpoint: string;
};

type Envelope = Pick<TokenEvent, "event_id" | "source_id" | "boot_id" | "seq">;

/** What the servers of a model did between two readings, as an event. */
export function intervalEvent(facts: IntervalFacts, envelope: Envelope, join: Join): TokenEvent {
  const { group, work, requests, times, gauges } = facts;
  const { counts, sums } = work;
  const home = join.directory.homeOf({ ...group, host: facts.host });
  const input = Math.round(counts.prompt ?? 0);
  const { costCenter, ...charged } = joinTokens(join.rules, {
    ...group,
    host: home.host,
    endpoint: facts.endpoint,
  });
  const event: TokenEvent = {
    ...envelope,
    schema_version: SCHEMA_VERSION,
    ts: new Date(facts.toMs).toISOString(),
    source: group.engine,
    host: home.host,
    quality: "measured",
    kind: "interval",
    model: group.model,
    input_tokens: input,
    output_tokens: Math.round(counts.generation ?? 0),
    requests,
    window_start: new Date(facts.fromMs).toISOString(),
    window_end: new Date(facts.toMs).toISOString(),
  };
  return withKnown(event, {
    ...charged,
    cost_center: costCenter,
    pod: group.pod,
    namespace: group.namespace,
    ...(home.gpus.length === 0 ? {} : { gpu_uuids: [...home.gpus] }),
    errors: failedOf(work, requests),
    // A cache that is asked again for a request that waits counts it again, so hits may run ahead of the prompts.
    cache_read_tokens: counts.cached === undefined ? undefined : Math.min(input, Math.round(counts.cached)),
    preemptions: counts.preemptions === undefined ? undefined : Math.round(counts.preemptions),
    latency_s: rounded(times.latencyS),
    ttft_s: rounded(times.ttftS),
    tpot_s: rounded(times.tpotS),
    queue_s: rounded(sums.queue),
    prefill_s: rounded(sums.prefill),
    decode_s: rounded(sums.decode),
    ...(times.ttftCounts ? { ttft_counts: [...times.ttftCounts] } : {}),
    ...(times.tpotCounts ? { tpot_counts: [...times.tpotCounts] } : {}),
    ...(times.e2eCounts ? { e2e_counts: [...times.e2eCounts] } : {}),
    running: whole(gauges.running),
    waiting: whole(gauges.waiting),
    kv_cache_ratio: gauges.kvCache === undefined ? undefined : ratio(gauges.kvCache),
  });
}

/**
 * Requests that ended. vLLM counts aborted ones among them, SGLang beside them. A server that counts none tells by how
 * many end-to-end times it observed.
 */
export const endedRequests = ({ counts, observed }: Work): number =>
  Math.max(Math.round(counts.requests ?? observed.e2e ?? 0), Math.round(counts.aborted ?? 0));

function failedOf({ counts, failed }: Work, requests: number): number | undefined {
  if (counts.requests === undefined && counts.aborted === undefined) return undefined;
  return Math.min(requests, Math.round(failed + (counts.aborted ?? 0)));
}

const rounded = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : Math.min(1e9, millionths(seconds));
const whole = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : Math.round(value);
/** A percentage under this name has been seen, so a value above 1 is read as one. */
const ratio = (value: number): number => Math.min(1, value > 1 ? value / 100 : value);
