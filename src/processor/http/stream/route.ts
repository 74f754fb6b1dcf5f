import type { Context } from "hono";
import type { Served } from "../../../http/served.ts";
import type { Clock } from "../../../support/clock.ts";
import type { Logger } from "../../../support/log.ts";
import type { Sources } from "../endpoint.ts";
import { takeSnapshot } from "../endpoints/snapshot.ts";
import { StreamHub } from "./hub.ts";

/** The hub that tells viewers about changes of the snapshot. */
export function snapshotHub(from: Sources, clock: Clock, maxClients: number, logger?: Logger): StreamHub {
  const snapshot = async () => {
    try {
      return JSON.stringify(await takeSnapshot(from));
    } catch (error) {
      logger?.error("a snapshot for the stream failed", { error });
      throw error;
    }
  };
  return new StreamHub({ snapshot, clock, maxClients, boot: clock.now().toString(36) });
}

/** `GET /api/v1/stream`. The answer to HEAD has no body, so it opens no stream. */
export function serveStream(context: Context<Served>, hub: StreamHub): Response {
  // Bun ends a connection that is silent for longer than its idle timeout; pings are rarer than that may be.
  context.env?.server?.timeout(context.req.raw, 0);
  const body = context.req.raw.method === "HEAD" ? null : hub.open(context.env?.stopping);
  return new Response(body, {
    headers: { "content-type": "text/event-stream", "x-accel-buffering": "no" },
  });
}
