import type { MiddlewareHandler } from "hono";
import { HttpProblem } from "../../../http/problem.ts";
import type { Served } from "../../../http/served.ts";
import type { Clock } from "../../../support/clock.ts";
import { clientOfRequest } from "./client.ts";
import { TokenBuckets } from "./token-bucket.ts";

/** Seconds of the average rate that a client may spend at once. */
const BURST_S = 4;

/** Keeps each client to `perSecond` requests on average. */
export function limitRate(perSecond: number, clock: Clock): MiddlewareHandler<Served> {
  const buckets = new TokenBuckets({ perSecond, burst: Math.max(1, perSecond * BURST_S) });
  return async (context, next) => {
    const waitS = buckets.take(clientOfRequest(context), clock.now());
    if (waitS > 0)
      throw new HttpProblem("too-many-requests", {
        detail: `more than ${perSecond} requests per second from one client`,
        retryAfterS: Math.max(1, waitS),
      });
    await next();
  };
}
