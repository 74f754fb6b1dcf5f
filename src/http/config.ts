import { isIP } from "node:net";
import { Secret } from "../support/secret.ts";
import { decimal, duration, flag, list, type ValueType, whole } from "../support/setting-types.ts";
import type { Settings, SettingValues } from "../support/settings.ts";

/** An address of this machine, or `localhost`; names are not resolved, so that a typo is found at once. */
const listenAddress: ValueType<string> = {
  schema: { type: "string", minLength: 1 },
  parse: (raw) => {
    const value = typeof raw === "string" ? raw.trim().replace(/^\[(.*)\]$/, "$1") : "";
    return value === "localhost" || isIP(value) !== 0
      ? { value }
      : { problem: "expected an IP address or localhost" };
  },
};

/** Long enough that guessing is hopeless even without the login throttle. */
const MIN_TOKEN_LENGTH = 16;
const accessToken: ValueType<Secret> = {
  schema: { type: "string", minLength: MIN_TOKEN_LENGTH },
  parse: (raw) => {
    const value = typeof raw === "string" ? raw.trim() : "";
    return value.length >= MIN_TOKEN_LENGTH && value.length <= 512 && /^[\x21-\x7e]+$/.test(value)
      ? { value: new Secret(value) }
      : { problem: `expected ${MIN_TOKEN_LENGTH} to 512 printable characters without spaces` };
  },
};

/** What every server of ours reads, also one that answers nothing but `/health`, `/ready` and `/metrics`. */
export const operationsSettings = {
  host: {
    path: "server.host",
    env: ["HTTP_HOST"],
    flag: "host",
    doc: "Address to listen on; any other than a loopback address needs an access token",
    type: listenAddress,
    default: "127.0.0.1",
  },
  port: {
    path: "server.port",
    env: ["HTTP_PORT", "PORT"],
    flag: "port",
    doc: "Port of the API, metrics and dashboard; 0 lets the system choose",
    type: whole(0, 65_535),
    default: 8080,
  },
  token: {
    path: "server.token",
    env: ["CA3_API_TOKEN"],
    doc: "Access token of the API and the dashboard",
    type: accessToken,
    optional: true,
    secret: true,
  },
  openMetrics: {
    path: "server.openMetrics",
    env: ["CA3_OPEN_METRICS"],
    doc: "Serve /metrics without a token on every address",
    type: flag,
    default: false,
  },
  allowedHosts: {
    path: "server.allowedHosts",
    env: ["CA3_ALLOWED_HOSTS"],
    doc: "Further host names under which browsers may reach a server that needs no token",
    type: list,
    optional: true,
  },
  shutdownGraceMs: {
    path: "server.shutdownGrace",
    env: ["CA3_HTTP_SHUTDOWN_GRACE"],
    doc: "How long running requests may take to end when the server stops",
    type: duration,
    default: 5_000,
  },
} as const satisfies Settings;

/** Settings of the HTTP API, which the processor and `ca3 up` serve. */
export const serverSettings = {
  ...operationsSettings,
  sessionTtlMs: {
    path: "server.sessionTtl",
    env: ["CA3_SESSION_TTL"],
    doc: "How long a login in the browser lasts",
    type: duration,
    default: 12 * 3_600_000,
  },
  requestsPerSecond: {
    path: "server.requestsPerSecond",
    env: ["CA3_HTTP_RATE_LIMIT"],
    doc: "API requests per second and client, on average; bursts of up to four seconds' worth are allowed",
    type: decimal(0.1, 1e6),
    default: 50,
  },
  maxConcurrent: {
    path: "server.maxConcurrent",
    env: ["CA3_HTTP_MAX_CONCURRENT"],
    doc: "Most API requests answered at the same time; further ones are told to retry",
    type: whole(1, 10_000),
    default: 64,
  },
  maxStreams: {
    path: "server.maxStreams",
    env: ["CA3_HTTP_MAX_STREAMS"],
    doc: "Most live streams open at the same time; further ones are told to retry",
    type: whole(1, 10_000),
    default: 100,
  },
} as const satisfies Settings;

export type OperationsSettings = SettingValues<typeof operationsSettings>;
export type ServerSettings = SettingValues<typeof serverSettings>;
