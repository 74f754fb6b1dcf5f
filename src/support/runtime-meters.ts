import type { Meters } from "./meters.ts";
import type { runtimeMetrics } from "./runtime-metrics.ts";

const BEAT_MS = 500;
const BEATS_KEPT = 20;

/**
 * Fills the metrics a process tells about itself. The default collectors of prom-client have broken under Bun more
 * than once (they need perf_hooks internals), so these read what both runtimes document. Returns how to end it.
 */
export function watchRuntime(meters: Meters<typeof runtimeMetrics>, version: string): () => void {
  const runtime = `bun ${process.versions["bun"] ?? "unknown"}`;
  meters.set("ca3_build_info", { version, runtime, platform: `${process.platform}-${process.arch}` }, 1);
  meters.set("process_start_time_seconds", {}, Math.floor(Date.now() / 1000 - process.uptime()));
  const lags = new Float64Array(BEATS_KEPT);
  let beat = 0;
  let due = performance.now() + BEAT_MS;
  const timer = setInterval(() => {
    const now = performance.now();
    lags[beat++ % BEATS_KEPT] = Math.max(0, now - due) / 1000;
    due = now + BEAT_MS;
  }, BEAT_MS);
  timer.unref();
  const forget = meters.onScrape(() => {
    const cpu = process.cpuUsage();
    const memory = process.memoryUsage();
    meters.total("process_cpu_seconds_total", {}, (cpu.user + cpu.system) / 1e6);
    meters.set("process_resident_memory_bytes", {}, memory.rss);
    meters.set("process_heap_bytes", {}, memory.heapUsed);
    meters.set("ca3_event_loop_lag_seconds", {}, Math.max(...lags));
  });
  return () => {
    clearInterval(timer);
    forget();
  };
}
