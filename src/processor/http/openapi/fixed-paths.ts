import { readinessSchema, snapshotSchema } from "../schemas/operations.ts";
import type { Components, Json } from "./components.ts";
import { problems } from "./problems.ts";

const open: Json = [];
const json = (schema: Json): Json => ({ "application/json": { schema } });

/** What is not a question with a JSON answer: liveness, metrics, the stream, logging in, this document. */
export function fixedPaths(components: Components, problem: Json): Record<string, Json> {
  const readiness = json(components.reference(readinessSchema));
  const tokenBody = {
    type: "object",
    properties: { token: { type: "string" } },
    required: ["token"],
  };
  return {
    "/health": {
      get: {
        operationId: "getHealth",
        tags: ["operations"],
        summary: "The process is alive; says nothing of its dependencies",
        security: open,
        responses: {
          "200": {
            description: "Alive",
            content: json({ type: "object", properties: { status: { const: "ok" } }, required: ["status"] }),
          },
        },
      },
    },
    "/ready": {
      get: {
        operationId: "getReady",
        tags: ["operations"],
        summary: "Whether the service can do its work now, with every check",
        security: open,
        responses: {
          "200": { description: "Ready", content: readiness },
          "503": { description: "Not ready, and why", content: readiness },
        },
      },
    },
    "/metrics": {
      get: {
        operationId: "getMetrics",
        tags: ["operations"],
        summary: "Prometheus metrics; need no token on a loopback address or with server.openMetrics",
        responses: {
          "200": {
            description: "Text format 0.0.4",
            content: { "text/plain": { schema: { type: "string" } } },
          },
          ...problems(problem, 401),
        },
      },
    },
    "/api/v1/stream": {
      get: {
        operationId: "getStream",
        tags: ["operations"],
        summary:
          "Server-sent events: a `tick` with a Snapshot at once and after each change, at most one a second",
        description:
          "Comments keep quiet streams alive. Every tick is complete, so a client that reconnects, with or without Last-Event-ID, is up to date after one event. Streams end after an hour; reconnect.",
        parameters: [{ name: "Last-Event-ID", in: "header", required: false, schema: { type: "string" } }],
        responses: {
          "200": {
            description: "Events; the data of each is a Snapshot",
            content: { "text/event-stream": { schema: components.reference(snapshotSchema) } },
          },
          ...problems(problem, 401, 429, 503),
        },
      },
    },
    "/login": {
      post: {
        operationId: "login",
        tags: ["access"],
        summary: "Trade the token for a session cookie",
        security: open,
        requestBody: {
          required: true,
          content: {
            "application/json": { schema: tokenBody },
            "application/x-www-form-urlencoded": { schema: tokenBody },
          },
        },
        responses: {
          "204": { description: "Logged in" },
          "303": { description: "Logged in by a form; go to the page" },
          ...problems(problem, 400, 401, 403, 413, 415, 429),
        },
      },
    },
    "/logout": {
      post: {
        operationId: "logout",
        tags: ["access"],
        summary: "Forget the session",
        security: open,
        responses: { "204": { description: "Logged out" }, ...problems(problem, 403) },
      },
    },
    "/openapi.json": {
      get: {
        operationId: "getOpenApi",
        tags: ["operations"],
        summary: "This document",
        security: open,
        responses: { "200": { description: "OpenAPI 3.1", content: json({ type: "object" }) } },
      },
    },
  };
}
