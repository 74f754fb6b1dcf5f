import { Hono } from "hono";
import { deleteCookie, setCookie } from "hono/cookie";
import { SESSION_COOKIE } from "../../../http/access/guard.ts";
import { sameText, signSession } from "../../../http/access/token.ts";
import type { ServerSettings } from "../../../http/config.ts";
import { HttpProblem } from "../../../http/problem.ts";
import type { Served } from "../../../http/served.ts";
import type { Clock } from "../../../support/clock.ts";
import { clientOfRequest } from "../limits/client.ts";
import { boundedText } from "../limits/size.ts";
import { TokenBuckets } from "../limits/token-bucket.ts";

/** Five tries at once, then one in twelve seconds. */
const tries = { perSecond: 1 / 12, burst: 5 };

/**
 * `POST /login` trades the token, in JSON or in a form, for a session cookie; `POST /logout` takes it away. A form is
 * answered with a redirect to the page, anything else with 204.
 */
export function loginRoutes(settings: ServerSettings, clock: Clock): Hono<Served> {
  const buckets = new TokenBuckets(tries);
  const routes = new Hono<Served>();
  routes.post("/login", async (context) => {
    const waitS = buckets.take(clientOfRequest(context), clock.now());
    if (waitS > 0)
      throw new HttpProblem("too-many-requests", { detail: "too many logins", retryAfterS: waitS });
    const type = (context.req.header("content-type") ?? "").split(";")[0]!.trim().toLowerCase();
    const given = readToken(type, await boundedText(context.req.raw));
    if (settings.token === undefined || !sameText(given, settings.token.reveal()))
      throw new HttpProblem("token-required", {
        detail: settings.token === undefined ? "this server has no token to log in with" : "wrong token",
        headers: { "www-authenticate": 'Bearer realm="ca3"' },
      });
    setCookie(context, SESSION_COOKIE, signSession(settings.token, clock.now() + settings.sessionTtlMs), {
      path: "/",
      httpOnly: true,
      sameSite: "Strict",
      secure: isHttps(context.req.url, context.req.header("x-forwarded-proto")),
      maxAge: Math.floor(Math.min(settings.sessionTtlMs / 1000, 34_560_000)),
    });
    return type === FORM ? context.redirect("/", 303) : context.body(null, 204);
  });
  routes.post("/logout", (context) => {
    deleteCookie(context, SESSION_COOKIE, { path: "/" });
    return context.body(null, 204);
  });
  return routes;
}

const FORM = "application/x-www-form-urlencoded";

function readToken(type: string, body: string): string {
  if (type === FORM) return new URLSearchParams(body).get("token") ?? "";
  if (type !== "application/json")
    throw new HttpProblem("unsupported-media-type", { detail: `send application/json or ${FORM}` });
  try {
    const token = (JSON.parse(body) as { token?: unknown } | null)?.token;
    return typeof token === "string" ? token : "";
  } catch {
    throw new HttpProblem("bad-request", { detail: 'expected JSON such as {"token": "…"}' });
  }
}

/** A proxy's word is enough here: who lies about it gets a cookie that only travels over TLS. */
const isHttps = (url: string, forwardedProto: string | undefined): boolean =>
  url.startsWith("https:") || forwardedProto?.split(",")[0]?.trim().toLowerCase() === "https";
