import type { RollupQuery, TelemetryStore } from "../../src/store/port.ts";

const HOUR_MS = 3_600_000;

/** What the API asks, as of `nowMs`. */
export function apiCalls(nowMs: number): Record<string, (store: TelemetryStore) => Promise<unknown>> {
  const hour = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  const last = (spanMs: number) => ({ fromMs: nowMs - spanMs, toMs: nowMs + 1 });
  const ask = (query: RollupQuery) => (store: TelemetryStore) => store.queryRollups(query);
  const month = { resolutionS: 3600, fromMs: hour - 30 * 24 * HOUR_MS, toMs: hour + HOUR_MS } as const;
  const minutes = { resolutionS: 60, ...last(24 * HOUR_MS) } as const;
  const seconds = { resolutionS: 10, ...last(6 * HOUR_MS) } as const;
  return {
    "totals over everything": ask({ resolutionS: 3600, fromMs: 0, toMs: nowMs + 1, groupBy: ["kind"] }),
    "15 min series at 10 s": ask({ resolutionS: 10, ...last(HOUR_MS / 4), groupBy: ["kind", "bucket"] }),
    "6 h series at 10 s": ask({ ...seconds, groupBy: ["kind", "bucket"] }),
    "6 h by model at 10 s": ask({ ...seconds, groupBy: ["kind", "model"] }),
    "24 h series at 60 s": ask({ ...minutes, groupBy: ["kind", "bucket"] }),
    "24 h by gpu at 60 s": ask({ ...minutes, kind: "gpu", groupBy: ["gpu", "gpuModel"] }),
    "month series at 3600 s": ask({ ...month, groupBy: ["kind", "bucket"] }),
    "month by model": ask({ ...month, groupBy: ["kind", "model"] }),
    "month by model per hour": ask({ ...month, groupBy: ["kind", "bucket", "model"] }),
    "month by gpu per hour": ask({ ...month, kind: "gpu", groupBy: ["bucket", "gpu"] }),
    "month by host per hour": ask({ ...month, groupBy: ["kind", "bucket", "host"] }),
    "month of one host": ask({ ...month, where: { host: "gpu-node-1" }, groupBy: ["kind", "bucket"] }),
    "latest of every gpu": (store) => store.latest("gpu"),
    freshness: (store) => store.freshness(),
    "dead letter counts": (store) => store.countDeadLetters(),
  };
}
