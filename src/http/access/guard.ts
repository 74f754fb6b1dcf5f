import type { Context, MiddlewareHandler } from "hono";
import { getCookie } from "hono/cookie";
import type { Clock } from "../../support/clock.ts";
import type { OperationsSettings } from "../config.ts";
import { HttpProblem } from "../problem.ts";
import type { Served } from "../served.ts";
import { isKnownHost, isLoopback } from "./loopback.ts";
import { isSession, sameText } from "./token.ts";

export const SESSION_COOKIE = "ca3_session";

/** Lets a request pass that carries the token or a session, or any one when this machine alone can ask. */
export function requireAccess(settings: OperationsSettings, clock: Clock): MiddlewareHandler<Served> {
  return async (context, next) => {
    if (!mayRead(context, settings, clock))
      throw new HttpProblem("token-required", {
        detail: "send `Authorization: Bearer <token>`, or log in with POST /login",
        headers: { "www-authenticate": 'Bearer realm="ca3"' },
      });
    await next();
  };
}

/** `/metrics` is open to this machine, to the token, and to everybody when the settings say so. */
export function requireMetricsAccess(settings: OperationsSettings, clock: Clock): MiddlewareHandler<Served> {
  const restricted = requireAccess(settings, clock);
  return (context, next) =>
    settings.openMetrics || listensOnLoopback(context, settings) ? next() : restricted(context, next);
}

function mayRead(context: Context<Served>, settings: OperationsSettings, clock: Clock): boolean {
  const { token } = settings;
  if (token === undefined) return listensOnLoopback(context, settings);
  const bearer = /^Bearer +(\S+)$/i.exec(context.req.header("authorization") ?? "")?.[1];
  if (bearer !== undefined) return sameText(bearer, token.reveal());
  const session = getCookie(context, SESSION_COOKIE);
  return session !== undefined && isSession(token, session, clock.now());
}

/** What the server really listens on decides, should it differ from the setting. */
const listensOnLoopback = (context: Context<Served>, settings: OperationsSettings): boolean =>
  isLoopback(settings.host) && isLoopback(context.env?.server?.hostname ?? settings.host);

/** On a loopback address, answers only browsers that were sent to this machine by a name of this machine. */
export function requireKnownHost(settings: OperationsSettings): MiddlewareHandler<Served> {
  return async (context, next) => {
    const host = context.req.header("host") ?? new URL(context.req.url).host;
    if (isLoopback(settings.host) && !isKnownHost(host, settings.allowedHosts ?? []))
      throw new HttpProblem("misdirected-host", {
        detail: "reach this server as localhost, or add the name to server.allowedHosts",
      });
    await next();
  };
}

/** Refuses what a page of another site sends, wherever the request could change something. */
export const requireSameOrigin: MiddlewareHandler<Served> = async (context, next) => {
  const site = context.req.header("sec-fetch-site");
  const origin = context.req.header("origin");
  const host = context.req.header("host") ?? new URL(context.req.url).host;
  const foreign =
    site !== undefined
      ? site !== "same-origin" && site !== "none"
      : origin !== undefined && hostOf(origin) !== host;
  if (foreign && context.req.method !== "GET" && context.req.method !== "HEAD")
    throw new HttpProblem("forbidden", { detail: "the request comes from a page of another site" });
  await next();
};

const hostOf = (origin: string): string | undefined => URL.parse(origin)?.host;
