import { Ca3Error } from "../support/errors.ts";
import { problemResponse } from "./problem.ts";
import type { Served } from "./served.ts";

export type ServerOptions = {
  /** Address to listen on. */
  readonly hostname: string;
  /** Port to listen on; 0 lets the system choose. */
  readonly port: number;
  /** The port was asked for by name: fail when it is taken instead of using the next free one. */
  readonly fixedPort: boolean;
  /** Seconds after which a silent connection is closed, 1 to 255; streams are exempted one by one. */
  readonly idleTimeoutS?: number;
};

/** What answers requests; a Hono app is one. */
export type Answering = {
  fetch(request: Request, env: Served["Bindings"]): Response | Promise<Response>;
};

export type RunningServer = {
  readonly url: URL;
  readonly port: number;
  /** Takes no new connections, ends streams, and gives running requests `graceMs` to end. Idempotent. */
  stop(graceMs: number): Promise<void>;
};

type Server = Bun.Server<undefined>;

/** How many ports after the one asked for are tried. */
const MORE_PORTS = 20;

/**
 * Serves an app on the port asked for, or on the next free one unless it is fixed. Fails with CA3_PORT_IN_USE, which
 * names a free port, or with CA3_LISTEN when the address cannot be listened on at all.
 */
export function startServer(app: Answering, options: ServerOptions): RunningServer {
  const stopping = new AbortController();
  const last = options.fixedPort || options.port === 0 ? options.port : options.port + MORE_PORTS;
  for (let port = options.port; port <= Math.min(last, 65_535); port++) {
    const server = listen(app, { ...options, port }, stopping.signal);
    if (server !== undefined) return running(server, stopping);
  }
  throw portInUse(options, last);
}

function listen(
  app: Answering,
  { hostname, port, idleTimeoutS = 30 }: ServerOptions,
  stopping: AbortSignal,
): Server | undefined {
  try {
    return Bun.serve({
      hostname,
      port,
      idleTimeout: idleTimeoutS,
      // Bodies are measured by the app, whose refusal tells more than the server's own.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      development: false,
      fetch: (request, server) => app.fetch(request, { server, stopping }),
      error: (error) => problemResponse(error, "/"),
    });
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "EADDRINUSE") return undefined;
    if (!code?.startsWith("E")) throw error;
    throw new Ca3Error("CA3_LISTEN", `cannot listen on ${hostname}:${port}: ${code}`, {
      hint: "choose an address of this machine with --host, and a port from 1024 with --port",
      cause: error,
    });
  }
}

function portInUse(options: ServerOptions, last: number): Ca3Error {
  const nothing: Answering = { fetch: () => new Response() };
  let free: number | undefined;
  for (let port = last + 1; free === undefined && port <= Math.min(last + MORE_PORTS, 65_535); port++) {
    const server = listen(nothing, { ...options, port }, AbortSignal.abort());
    if (server === undefined) continue;
    server.stop(true);
    free = port;
  }
  const tried = last === options.port ? `port ${last} is` : `ports ${options.port} to ${last} are`;
  return new Ca3Error("CA3_PORT_IN_USE", `${tried} in use on ${options.hostname}`, {
    hint: free === undefined ? "use another port with --port" : `--port ${free} is free`,
  });
}

function running(server: Server, stopping: AbortController): RunningServer {
  let stopped: Promise<void> | undefined;
  const stop = async (graceMs: number) => {
    stopping.abort();
    let timer: Timer | undefined;
    const grace = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    await Promise.race([server.stop(), grace]);
    clearTimeout(timer);
    await server.stop(true);
  };
  return {
    url: server.url,
    port: server.port!,
    stop: (graceMs) => {
      stopped ??= stop(graceMs);
      return stopped;
    },
  };
}
