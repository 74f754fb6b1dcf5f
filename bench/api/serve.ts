import { serverSettings } from "../../src/http/config.ts";
import { startServer } from "../../src/http/server.ts";
import { createApp } from "../../src/processor/http/app.ts";
import { openEmbeddedStore } from "../../src/store/embedded.ts";
import { createMeters } from "../../src/support/meters.ts";
import { readSettings } from "../../src/support/settings.ts";
import { metricCatalogue } from "../../src/telemetry/metric-catalogue.ts";
import { planRollups } from "../../src/telemetry/rollup-plan.ts";
import { batches } from "../store/workload.ts";

/**
 * Serves a filled store in this process while it takes a tick of all its GPUs and token sources every second: ten times
 * the live rate. No answer is given twice. Prints the address.
 */
export async function serve(path: string, endMs: number): Promise<void> {
  const store = openEmbeddedStore(path);
  const startedMs = performance.now();
  const now = () => Math.floor(endMs + performance.now() - startedMs);
  const { registry } = await createMeters(metricCatalogue);
  const app = createApp({
    store,
    lag: async () => [],
    readiness: () => ({ ready: true, checks: [] }),
    registry,
    settings: readSettings(serverSettings, { env: { CA3_HTTP_RATE_LIMIT: "1000000" } }),
    clock: { now, sleep: (ms) => Bun.sleep(ms) },
    answerTtlMs: 0,
  });
  const bare = { fetch: () => new Response("{}") };
  const here = { hostname: "127.0.0.1", port: 0, fixedPort: true };
  const urls = [startServer(app, here).url.href, startServer(bare, here).url.href];
  process.stdout.write(`${urls.join(" ")}\n`);
  for (let round = 0; ; round++) {
    for (const { origin, events } of batches([now()], 1)) {
      const live = events.map((one, at) => ({
        ...one,
        offset: round * 100 + at,
        origin: `${origin}/live-${endMs}`,
      }));
      const named = live.map((one) => ({
        ...one,
        event: { ...one.event, event_id: `${startedMs}-${round}-${one.event.event_id}` },
      }));
      await store.insertEvents(named);
      await store.applyRollups(planRollups(`${origin}/live-${startedMs}`, named));
    }
    await Bun.sleep(1000);
  }
}
