import type { Context } from "hono";
import { Hono } from "hono";
import type { Registry } from "prom-client";
import type { Clock } from "../support/clock.ts";
import { requireMetricsAccess } from "./access/guard.ts";
import type { OperationsSettings } from "./config.ts";
import type { Readiness } from "./readiness.ts";
import type { Served } from "./served.ts";

export type OperationsOptions = {
  readonly readiness: () => Readiness;
  /** Metrics of the process; those of HTTP are added to it. */
  readonly registry: Registry;
  readonly settings: OperationsSettings;
  readonly clock: Clock;
};

/** What machines ask: is the process alive, can it work, and its metrics. */
export function operationsRoutes(options: OperationsOptions): Hono<Served> {
  const { readiness, registry, settings, clock } = options;
  const routes = new Hono<Served>();
  // Says nothing of dependencies: a restart would not bring them back.
  routes.get("/health", (context) => context.json({ status: "ok" }));
  routes.get("/ready", (context) => {
    const { ready, checks } = readiness();
    const stopping = isStopping(context);
    const http = { name: "http", ok: !stopping, detail: stopping ? "the server is stopping" : "answers" };
    return context.json(
      { ready: ready && !stopping, checks: [...checks, http] },
      ready && !stopping ? 200 : 503,
    );
  });
  routes.get("/metrics", requireMetricsAccess(settings, clock), async () => {
    const text = await registry.metrics();
    return new Response(text, { headers: { "content-type": registry.contentType } });
  });
  return routes;
}

const isStopping = (context: Context<Served>) => context.env?.stopping?.aborted === true;
