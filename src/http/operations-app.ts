import { Hono } from "hono";
import type { Logger } from "../support/log.ts";
import { requireKnownHost } from "./access/guard.ts";
import { addDate, addSecurityHeaders } from "./headers.ts";
import { httpMetrics } from "./http-metrics.ts";
import { refuseOtherMethods } from "./methods.ts";
import { type OperationsOptions, operationsRoutes } from "./operations.ts";
import { HttpProblem, problemResponse } from "./problem.ts";
import type { Served } from "./served.ts";

/** The server of a service without an API: `/health`, `/ready` and `/metrics`. `logger` hears of failures that are bugs. */
export function createOperationsApp(options: OperationsOptions & { readonly logger: Logger }): Hono<Served> {
  const { registry, settings, clock, logger } = options;
  const app = new Hono<Served>();
  app.use(httpMetrics(registry), addSecurityHeaders, addDate(clock));
  app.use(requireKnownHost(settings), refuseOtherMethods(app));
  app.route("/", operationsRoutes(options));
  app.notFound(async ({ req }) => problemResponse(new HttpProblem("not-found"), req.path));
  app.onError((error, { req }) => {
    const response = problemResponse(error, req.path);
    if (response.status === 500)
      logger.error("a request failed", { method: req.method, path: req.path, error });
    return response;
  });
  return app;
}
