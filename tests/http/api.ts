import { type ServerSettings, serverSettings } from "../../src/http/config.ts";
import { createApp } from "../../src/processor/http/app.ts";
import type { AppOptions } from "../../src/processor/http/options.ts";
import type { TelemetryStore } from "../../src/store/port.ts";
import { createMeters } from "../../src/support/meters.ts";
import { readSettings } from "../../src/support/settings.ts";
import type { GpuEvent, TelemetryEvent } from "../../src/telemetry/events.ts";
import { metricCatalogue } from "../../src/telemetry/metric-catalogue.ts";
import { planRollups } from "../../src/telemetry/rollup-plan.ts";
import { memoryStore } from "../helpers/memory-store.ts";
import { steeredClock } from "../helpers/steered-clock.ts";
import { gpuEvent, HOUR_MS, tokenEvent } from "../samples/events.ts";

/** Half an hour after the first of the sample events. */
export const NOW_MS = HOUR_MS + 1_800_000;

/** Long enough to be accepted as an access token. */
export const TOKEN = "correct-horse-battery-staple";

export const settingsOf = (env: Readonly<Record<string, string>> = {}): ServerSettings =>
  readSettings(serverSettings, { env });

/** Puts events into a store as the processor does. */
export async function fill(store: TelemetryStore, events: readonly TelemetryEvent[], origin = "log/topic/0") {
  const items = events.map((event, offset) => ({
    event,
    offset,
    tsMs: Date.parse(event.ts),
    kind: "gpu_uuid" in event ? ("gpu" as const) : ("token" as const),
  }));
  const expiresMs = NOW_MS + 86_400_000;
  await store.insertEvents(items.map((item) => ({ ...item, origin, expiresMs })));
  await store.applyRollups(planRollups(origin, items));
  const subject = ({ event }: (typeof items)[number]) => (event as GpuEvent).gpu_uuid ?? event.source_id;
  const newest = new Map(
    [...items].sort((a, b) => a.tsMs - b.tsMs).map((item) => [`${item.kind}/${subject(item)}`, item]),
  );
  await store.keepLatest([...newest.values()].map((item) => ({ ...item, subject: subject(item) })));
}

/** Two GPUs of two hosts and two models that served tokens over the half hour before `NOW_MS`. */
export const sampleEvents = (): TelemetryEvent[] =>
  Array.from({ length: 180 }, (_, at) => {
    const ts = new Date(HOUR_MS + (at + 1) * 10_000).toISOString();
    const [seq, team] = [at, at % 3 === 0 ? "search" : "chat"];
    return [
      gpuEvent({ event_id: `gpu-a-${at}`, ts, seq }),
      gpuEvent({ event_id: `gpu-b-${at}`, ts, seq, gpu_uuid: "GPU-b", host: "host-b", utilization: 0 }),
      tokenEvent({ event_id: `token-a-${at}`, ts, seq, team, latency_s: 2, gpu_uuids: ["GPU-a"] }),
      tokenEvent({ event_id: `token-b-${at}`, ts, seq, model: "qwen3-32b", cache_read_tokens: 300 }),
    ];
  }).flat();

export type ApiOptions = Partial<AppOptions> & { readonly env?: Readonly<Record<string, string>> };

/** An app over a store of its own, an hour on a clock that stands still. */
export async function testApi({ env, ...more }: ApiOptions = {}) {
  const clock = steeredClock(NOW_MS);
  const store = memoryStore();
  const { registry } = await createMeters(metricCatalogue);
  const app = createApp({
    store,
    lag: async () => [],
    readiness: () => ({ ready: true, checks: [{ name: "store", ok: true, detail: "answers" }] }),
    registry,
    settings: settingsOf({ CA3_HTTP_RATE_LIMIT: "100000", ...env }),
    clock,
    ...more,
  });
  const ask = (path: string, init: RequestInit = {}, bindings = {}) =>
    Promise.resolve(app.request(path, init, bindings));
  /** The JSON of an answer that must be fine. */
  const read = async <T = Record<string, unknown>>(path: string): Promise<T> => {
    const response = await ask(path);
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  return { app, clock, store, ask, read };
}
