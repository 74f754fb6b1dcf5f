import type { MiddlewareHandler } from "hono";
import type { Clock } from "../support/clock.ts";
import { isKnownHost } from "./access/loopback.ts";
import type { Served } from "./served.ts";

/** Everything from this origin only, in no frame, and nothing kept by caches. No CORS: other sites may not read. */
const securityHeaders: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

/** Adds the headers that every answer carries; an answer that set one itself keeps its own. */
export const addSecurityHeaders: MiddlewareHandler<Served> = async (context, next) => {
  await next();
  const { headers } = context.res;
  for (const [name, value] of Object.entries(securityHeaders))
    if (!headers.has(name)) headers.set(name, value);
  // Browsers honour it only on connections that nobody can read along, and complain on all others.
  if (isPrivate(context.req.raw)) headers.set("cross-origin-opener-policy", "same-origin");
};

/** Over TLS, ended by a proxy perhaps, or on this machine. */
function isPrivate({ url, headers }: Request): boolean {
  const { protocol, host } = new URL(url);
  const scheme = headers.get("x-forwarded-proto") ?? protocol.slice(0, -1);
  return scheme === "https" || isKnownHost(headers.get("host") ?? host, []);
}

/** Says what time it is here (RFC 9110, 6.6.1), so that a viewer whose clock is wrong still tells the age of data. */
export const addDate =
  (clock: Clock): MiddlewareHandler<Served> =>
  async (context, next) => {
    await next();
    context.res.headers.set("date", new Date(clock.now()).toUTCString());
  };
