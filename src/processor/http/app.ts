import { Hono, type MiddlewareHandler } from "hono";
import { requireAccess, requireKnownHost, requireSameOrigin } from "../../http/access/guard.ts";
import { requireToken } from "../../http/access/token.ts";
import { addDate, addSecurityHeaders } from "../../http/headers.ts";
import { httpMetrics } from "../../http/http-metrics.ts";
import { refuseOtherMethods } from "../../http/methods.ts";
import { operationsRoutes } from "../../http/operations.ts";
import { HttpProblem, problemResponse } from "../../http/problem.ts";
import type { Served } from "../../http/served.ts";
import { ReportReader } from "../../telemetry/report-reader.ts";
import { rollupAgeFromMs } from "../../telemetry/rollup.ts";
import { defaultTopics } from "../../telemetry/topics.ts";
import { loginRoutes } from "./access/login.ts";
import { AnswerCache } from "./answer-cache.ts";
import type { Sources } from "./endpoint.ts";
import { endpoints } from "./endpoints/all.ts";
import { readStored, unknownStored } from "./endpoints/stored.ts";
import { limitConcurrency } from "./limits/concurrency.ts";
import { limitRate } from "./limits/rate.ts";
import { limitSize } from "./limits/size.ts";
import { openApiDocument } from "./openapi/document.ts";
import type { AppOptions } from "./options.ts";
import { patient } from "./patient.ts";
import { serveEndpoint } from "./serve-endpoint.ts";
import { serveStream, snapshotHub } from "./stream/route.ts";

const ANSWER_TTL_MS = 1_000;
const ANSWER_CACHE_BYTES = 16 * 1024 ** 2;

/**
 * The HTTP API, as an app that `startServer` serves. Reads only. Throws CA3_TOKEN_REQUIRED when the settings would
 * open it beyond this machine without a token. `registry` gets the HTTP metrics, so give each app its own.
 */
export function createApp(options: AppOptions): Hono<Served> {
  const { settings, clock, page, logger } = options;
  requireToken(settings);
  const from = sourcesOf(options);
  const cache = new AnswerCache(clock, options.answerTtlMs ?? ANSWER_TTL_MS, ANSWER_CACHE_BYTES);
  const hub = snapshotHub(from, clock, settings.maxStreams, logger);
  const guards: [MiddlewareHandler<Served>, MiddlewareHandler<Served>, MiddlewareHandler<Served>] = [
    limitRate(settings.requestsPerSecond, clock),
    requireAccess(settings, clock),
    limitConcurrency(settings.maxConcurrent),
  ];

  const app = new Hono<Served>();
  app.use(httpMetrics(options.registry), addSecurityHeaders, addDate(clock), limitSize);
  app.use(requireKnownHost(settings), requireSameOrigin, refuseOtherMethods(app));
  app.route("/", operationsRoutes(options));
  app.route("/", loginRoutes(settings, clock));
  for (const endpoint of endpoints)
    app.get(routeOf(endpoint.path), ...guards, (context) => serveEndpoint(endpoint, context, from, cache));
  app.get("/api/v1/stream", ...guards, (context) => serveStream(context, hub));
  app.get("/openapi.json", (context) => context.json(openApiDocument()));
  app.notFound(async (context) => {
    const { path, method, raw } = context.req;
    const readsPage = (method === "GET" || method === "HEAD") && !path.startsWith("/api/");
    const answer = readsPage ? await page?.(raw) : undefined;
    return answer ?? problemResponse(new HttpProblem("not-found"), path);
  });
  app.onError((error, context) => {
    const response = problemResponse(error, context.req.path);
    if (response.status === 500)
      logger?.error("a request failed", { method: context.req.method, path: context.req.path, error });
    return response;
  });
  return app;
}

/** The state of things is told within this, ms, whatever hangs. */
const PATIENCE_MS = 300;
const KEEP_MS = 10_000;

function sourcesOf(options: AppOptions): Sources {
  const { store, clock } = options;
  const reports = new ReportReader(store);
  const report: Sources["report"] = async (range, groupBy) => {
    const stored = await store.freshness();
    return reports.read(range, groupBy, rollupAgeFromMs(clock.now(), stored));
  };
  const patience = { clock, patienceMs: PATIENCE_MS, keepMs: KEEP_MS };
  const stored = patient(() => readStored({ store, clock, report }), patience);
  return {
    store,
    clock,
    report,
    lag: patient(() => options.lag().catch(() => undefined), patience),
    stored: async () => (await stored()) ?? unknownStored("The store does not answer."),
    readiness: options.readiness,
    topics: options.topics ?? defaultTopics,
    sources: options.sources ?? (() => ({})),
    counts: () => options.counts?.(),
    tokenRequired: options.settings.token !== undefined,
  };
}

/** `{id}` as Hono has it; a value may hold slashes. */
const routeOf = (path: string): string => path.replace(/\{(\w+)\}/g, ":$1{.+}");
