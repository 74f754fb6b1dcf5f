import { servePage } from "../../src/dashboard/serve.ts";
import type { Readiness } from "../../src/http/readiness.ts";
import { type RunningServer, startServer } from "../../src/http/server.ts";
import { createApp } from "../../src/processor/http/app.ts";
import type { AppOptions } from "../../src/processor/http/options.ts";
import { systemClock } from "../../src/support/clock.ts";
import { createMeters } from "../../src/support/meters.ts";
import type { TelemetryEvent } from "../../src/telemetry/events.ts";
import { metricCatalogue } from "../../src/telemetry/metric-catalogue.ts";
import { memoryStore } from "../helpers/memory-store.ts";
import { settingsOf } from "../http/api.ts";
import { gpuEvent, tokenEvent } from "../samples/events.ts";

const WELL: Readiness = { ready: true, checks: [{ name: "store", ok: true, detail: "answers" }] };

/** The API and the page over a store that a test fills, with a processor that is as well as the test says. */
export async function steered({
  env,
  address = "127.0.0.1",
  ...options
}: Partial<AppOptions> & {
  env?: Record<string, string>;
  /** Where a browser asks for it. */
  address?: string;
} = {}) {
  const store = memoryStore();
  const settings = settingsOf({ CA3_HTTP_RATE_LIMIT: "100000", HTTP_PORT: "0", ...env });
  const state = { readiness: WELL };
  const serve = async (port: number): Promise<RunningServer> => {
    const { registry } = await createMeters(metricCatalogue);
    const app = createApp({
      store,
      lag: async () => [],
      readiness: () => state.readiness,
      registry,
      settings,
      clock: systemClock,
      page: servePage(),
      ...options,
    });
    return startServer(app, { hostname: settings.host, port, fixedPort: true });
  };
  let server = await serve(0);
  const { port } = server;
  return {
    store,
    state,
    url: `http://${address}:${port}/`,
    stop: () => server.stop(100),
    /** Serves again where it was before. */
    async start() {
      server = await serve(port);
    },
    [Symbol.asyncDispose]: () => server.stop(100),
  };
}

/** Two cards and two models over the ten minutes before a time. */
export const eventsBefore = (endMs: number): TelemetryEvent[] =>
  Array.from({ length: 60 }, (_, at) => {
    const ts = new Date(Math.floor(endMs / 10_000) * 10_000 - at * 10_000).toISOString();
    const of = (name: string) => ({ event_id: `${name}-${ts}`, ts, seq: at });
    return [
      gpuEvent(of("gpu-a")),
      gpuEvent({ ...of("gpu-b"), gpu_uuid: "GPU-b", gpu_index: 1, quality: "estimated" }),
      tokenEvent({ ...of("token-a"), team: "search", gpu_uuids: ["GPU-a"] }),
      tokenEvent({ ...of("token-b"), team: "chat", model: "qwen3-32b", output_tokens: 900 }),
    ];
  }).flat();
