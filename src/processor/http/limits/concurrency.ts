import type { MiddlewareHandler } from "hono";
import { HttpProblem } from "../../../http/problem.ts";
import type { Served } from "../../../http/served.ts";

/** Answers at most `max` requests at the same time; the next one is told to come back rather than to wait. */
export function limitConcurrency(max: number): MiddlewareHandler<Served> {
  let running = 0;
  return async (_context, next) => {
    if (running >= max)
      throw new HttpProblem("too-busy", {
        detail: `${max} requests are being answered already`,
        retryAfterS: 1,
      });
    running++;
    try {
      await next();
    } finally {
      running--;
    }
  };
}
