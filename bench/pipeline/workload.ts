import type { OutRecord } from "../../src/eventlog/port.ts";
import { encodeEvent, partitionKey } from "../../src/telemetry/encode.ts";
import { eventId, streamPrefix } from "../../src/telemetry/event-id.ts";
import type { GpuEvent, TokenEvent } from "../../src/telemetry/events.ts";
import type { EventKind, Topics } from "../../src/telemetry/topics.ts";
import { gpuEvent, tokenEvent } from "../../tests/samples/events.ts";

/** One record in so many can never be stored. */
export const POISON_EVERY = 1_000;
const poison = new TextEncoder().encode('{"event_id":"cut off in the middle of');
const GPUS_PER_HOST = 8;
const GPUS_PER_SOURCE = 4;

/** What a cluster of so many GPUs sends: a reading of each GPU every second, and as many finished requests. */
export class Cluster {
  readonly #prefixes = new Map<string, string>();

  constructor(
    readonly gpus: number,
    /** Another run of the same sources, so that its events are others. */
    private readonly bootId: string,
  ) {}

  gpu(index: number, seq: number, tsMs: number): GpuEvent {
    const host = `gpu-node-${Math.floor(index / GPUS_PER_HOST)}`;
    const uuid = `GPU-7e3c1a90-0000-4000-8000-${index.toString(16).padStart(12, "0")}`;
    return gpuEvent({
      ...this.#identity(`nvidia-smi-${host}`, uuid, seq, tsMs, host),
      gpu_uuid: uuid,
      gpu_index: index % GPUS_PER_HOST,
      gpu_model: "NVIDIA H100 80GB HBM3",
      interval_s: 1,
      utilization: ((seq * 37 + index) % 100) / 100,
      mem_used_bytes: 61_203_283_968 + ((seq * 131_072) % 2 ** 30),
      mem_total_bytes: 85_520_809_984,
      power_w: 310.5 + ((seq * 7) % 390),
      price_per_hour_microusd: 2_990_000,
      price_source: "price-book",
      served_model: `llama-3.1-${index % 4}`,
    });
  }

  token(index: number, seq: number, tsMs: number): TokenEvent {
    const source = Math.floor(index / GPUS_PER_SOURCE);
    const host = `gpu-node-${Math.floor(index / GPUS_PER_HOST)}`;
    return tokenEvent({
      ...this.#identity(`vllm-${source}`, `requests-${index % GPUS_PER_SOURCE}`, seq, tsMs, host),
      model: `llama-3.1-${source % 4}`,
      input_tokens: 200 + ((seq * 31 + index) % 3_800),
      output_tokens: 20 + ((seq * 17 + index) % 900),
      latency_s: 0.5 + ((seq * 13) % 400) / 50,
      ttft_s: 0.05 + ((seq * 11) % 40) / 100,
    });
  }

  #identity(source: string, stream: string, seq: number, tsMs: number, host: string) {
    const name = `${source}/${stream}`;
    let prefix = this.#prefixes.get(name);
    if (prefix === undefined) {
      prefix = streamPrefix(source, this.bootId, stream);
      this.#prefixes.set(name, prefix);
    }
    const ts = new Date(tsMs).toISOString();
    return { event_id: eventId(prefix, seq), seq, ts, source_id: source, boot_id: this.bootId, host };
  }
}

/** So many events in the order of their times, the newest of a moment ago; half of them readings, half requests. */
export function* backlog(cluster: Cluster, events: number, endMs: number) {
  const seconds = Math.ceil(events / (2 * cluster.gpus));
  let count = 0;
  for (let seq = 0; seq < seconds; seq++)
    for (let index = 0; index < cluster.gpus; index++) {
      const tsMs = endMs - (seconds - seq) * 1000 + Math.floor((index * 1000) / cluster.gpus);
      for (const kind of ["gpu", "token"] as const) {
        if (count++ >= events) return;
        const event = kind === "gpu" ? cluster.gpu(index, seq, tsMs) : cluster.token(index, seq, tsMs);
        yield { kind: kind as EventKind, event, tsMs };
      }
    }
}

/** The records of a backlog, with a poisonous one here and there; those are not among the `events`. */
export function* records(cluster: Cluster, events: number, topics: Topics): Generator<OutRecord> {
  let count = 0;
  for (const { kind, event } of backlog(cluster, events, Date.now() - 1_000)) {
    const record = { topic: topics[kind], key: partitionKey(event), value: encodeEvent(event) };
    if (++count % POISON_EVERY === 0) yield { ...record, value: poison };
    yield record;
  }
}
export const poisonIn = (events: number): number => Math.floor(events / POISON_EVERY);
