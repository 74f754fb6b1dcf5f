import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { Ca3Error } from "../../support/errors.ts";
import type { Secret } from "../../support/secret.ts";
import type { OperationsSettings } from "../config.ts";
import { isLoopback } from "./loopback.ts";

/** Compares in a time that depends on neither value, by their digests. */
export function sameText(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/** Refuses with CA3_TOKEN_REQUIRED to listen beyond this machine without a token. */
export function requireToken(settings: Pick<OperationsSettings, "host" | "token">): void {
  if (settings.token !== undefined || isLoopback(settings.host)) return;
  throw new Ca3Error(
    "CA3_TOKEN_REQUIRED",
    `refusing to serve on ${settings.host} without an access token: anybody who reaches it could read it`,
    { hint: "export CA3_API_TOKEN=$(openssl rand -hex 24), or listen on 127.0.0.1" },
  );
}

/**
 * A session is its end and a signature, so that every replica with the same token knows it and none keeps it; a new
 * token ends all sessions.
 */
export function signSession(token: Secret, expiresMs: number): string {
  return `${expiresMs.toString(36)}.${signature(token, expiresMs)}`;
}

/** Whether a cookie is a session that this token has signed and that has not expired. */
export function isSession(token: Secret, session: string, nowMs: number): boolean {
  const [end = "", signed = "", ...rest] = session.split(".");
  const expiresMs = /^[0-9a-z]{1,9}$/.test(end) ? Number.parseInt(end, 36) : 0;
  return rest.length === 0 && expiresMs > nowMs && sameText(signed, signature(token, expiresMs));
}

const signature = (token: Secret, expiresMs: number): string =>
  createHmac("sha256", token.reveal()).update(`ca3 session v1 ${expiresMs}`).digest("base64url");
