import type { MiddlewareHandler } from "hono";
import type { Clock } from "../support/clock.ts";
import type { Served } from "./served.ts";

/** Everything from this origin only, in no frame, and nothing kept by caches. No CORS: other sites may not read. */
const securityHeaders: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cache-control": "no-store",
};

/** Adds the headers that every answer carries; an answer that set one itself keeps its own. */
export const addSecurityHeaders: MiddlewareHandler<Served> = async (context, next) => {
  await next();
  for (const [name, value] of Object.entries(securityHeaders))
    if (!context.res.headers.has(name)) context.res.headers.set(name, value);
};

/** Says what time it is here (RFC 9110, 6.6.1), so that a viewer whose clock is wrong still tells the age of data. */
export const addDate =
  (clock: Clock): MiddlewareHandler<Served> =>
  async (context, next) => {
    await next();
    context.res.headers.set("date", new Date(clock.now()).toUTCString());
  };
