import type { Hono, MiddlewareHandler } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import { HttpProblem, problemResponse } from "./problem.ts";
import type { Served } from "./served.ts";

/** Refuses what a path does not take, with what it does take. */
export const refuseOtherMethods = (app: Hono<Served>): MiddlewareHandler<Served> =>
  methodNotAllowed({
    app,
    onMethodNotAllowed: (context, allowed) => {
      const allow = allowed.join(", ");
      const problem = new HttpProblem("method-not-allowed", {
        detail: `${context.req.path} takes ${allow}`,
        headers: { allow },
      });
      return problemResponse(problem, context.req.path);
    },
  }) as MiddlewareHandler<Served>;
