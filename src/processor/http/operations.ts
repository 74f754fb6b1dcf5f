import type { Context } from "hono";
import { Hono } from "hono";
import { requireMetricsAccess } from "./access/guard.ts";
import type { AppOptions } from "./options.ts";
import type { Served } from "./served.ts";

/** What machines ask: is the process alive, can it work, and its metrics. */
export function operationsRoutes({ readiness, registry, settings, clock }: AppOptions): Hono<Served> {
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
