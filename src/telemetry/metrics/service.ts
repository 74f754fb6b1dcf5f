import { counter, gauge, histogram } from "../../support/metric-facts.ts";

/** Buckets of OpenTelemetry's HTTP duration, with the 200 ms of the latency objective among them. */
export const httpDurationBuckets = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.2, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
] as const;
const httpLabels = ["method", "route", "status", "ok"] as const;
const registeredBy = "@hono/prometheus";

/** What every service says: its HTTP requests, what it depends on, and whether it can work. */
export const serviceMetrics = {
  http_requests_total: { ...counter("requests", httpLabels, "HTTP requests answered"), registeredBy },
  http_request_duration_seconds: {
    ...histogram("seconds", httpLabels, httpDurationBuckets, "Time to answer an HTTP request"),
    registeredBy,
  },
  dependency_up: gauge("1", ["dependency"], "1 when the dependency answered its last check, else 0"),
  ready: gauge("1", ["check"], "1 when the readiness check passes, else 0"),
} as const;
