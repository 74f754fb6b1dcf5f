import { prometheus } from "@hono/prometheus";
import type { Context, MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { Registry } from "prom-client";
import { httpDurationBuckets } from "../telemetry/metrics/service.ts";

const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Paths that no route knows share a value, or a scanner would make a series of each thing it tries. */
const route = (context: Context): string => {
  const path = routePath(context);
  if (path.endsWith("*")) return context.res.ok ? "page" : "unmatched";
  return path.replace(/:(\w+)(\{.+?\})?/g, "{$1}");
};
const method = (context: Context): string => (methods.has(context.req.method) ? context.req.method : "other");

/** Counts and times every request in the registry, by route and not by path. */
export function httpMetrics(registry: Registry): MiddlewareHandler {
  const requestsTotal = { customLabels: { route, method } };
  // The library passes buckets on to the histogram, but its types do not know that.
  const requestDuration = { ...requestsTotal, buckets: [...httpDurationBuckets] };
  return prometheus({ registry, metricOptions: { requestsTotal, requestDuration } }).registerMetrics;
}
