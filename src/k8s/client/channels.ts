import { Ca3Error } from "../../support/errors.ts";
import { addressOf, dress } from "./connection.ts";
import { exchange } from "./exchange.ts";
import type { KubeHttp } from "./http.ts";
import { networkFailure } from "./network-failure.ts";
import { readStatus } from "./status.ts";

export type ChannelRequest = {
  readonly path: string;
  readonly query: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  readonly protocol: string;
  readonly what: string;
  readonly signal: AbortSignal;
};

/** A WebSocket whose messages begin with the number of a channel. */
export type Channels = {
  send(channel: number, data: Uint8Array): void;
  /** Bytes that were sent and have not left yet. */
  buffered(): number;
  /** Sends bytes as they are, without a channel in front. */
  raw(data: Uint8Array): void;
  /** What comes, until the connection ends. */
  messages(): AsyncGenerator<{ readonly channel: number; readonly data: Uint8Array }>;
  close(): void;
};

/**
 * Opens a WebSocket to the API server. Browsers' WebSockets do not say why they were refused, and Bun's neither, so
 * then the same is asked over plain HTTP, which changes nothing and is answered with the reason.
 */
export async function openChannels(http: KubeHttp, request: ChannelRequest): Promise<Channels> {
  const { connection } = http;
  const { root, headers, tls } = await dress(connection, request.signal);
  const url = addressOf(root, request.path, request.query).replace(/^http/, "ws");
  const socket = new WebSocket(url, {
    protocols: [request.protocol],
    headers: Object.fromEntries(headers),
    tls,
  } as unknown as string[]);
  socket.binaryType = "arraybuffer";
  const queue = queueOf(socket);
  const abort = () => socket.close();
  request.signal.addEventListener("abort", abort, { once: true });
  const timer = setTimeout(() => socket.close(), connection.timeoutMs);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener("open", () => resolve(), { once: true });
      socket.addEventListener("close", (event) => reject(event), { once: true });
      socket.addEventListener("error", (event) => reject(event), { once: true });
    });
  } catch {
    request.signal.removeEventListener("abort", abort);
    if (request.signal.aborted) throw new DOMException(`stopped: ${request.what}`, "AbortError");
    throw await reasonOf(http, request);
  } finally {
    clearTimeout(timer);
  }
  return {
    send(channel, data) {
      const framed = new Uint8Array(data.length + 1);
      framed[0] = channel;
      framed.set(data, 1);
      socket.send(framed);
    },
    raw: (data) => void socket.send(data as Uint8Array<ArrayBuffer>),
    buffered: () => socket.bufferedAmount,
    messages: queue,
    close() {
      request.signal.removeEventListener("abort", abort);
      socket.close();
    },
  };
}

function queueOf(socket: WebSocket) {
  const waiting: { channel: number; data: Uint8Array }[] = [];
  let ended = false;
  let wake = () => {};
  socket.addEventListener("message", ({ data }) => {
    const bytes =
      typeof data === "string" ? new TextEncoder().encode(data) : new Uint8Array(data as ArrayBuffer);
    if (bytes.length === 0) return;
    waiting.push({ channel: bytes[0]!, data: bytes.subarray(1) });
    wake();
  });
  for (const event of ["close", "error"] as const)
    socket.addEventListener(event, () => {
      ended = true;
      wake();
    });
  return async function* () {
    for (;;) {
      const next = waiting.shift();
      if (next !== undefined) yield next;
      else if (ended) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  };
}

async function reasonOf(http: KubeHttp, { path, query, what, signal }: ChannelRequest): Promise<Error> {
  const { connection } = http;
  try {
    const answer = await exchange(connection, { path, query, what, signal });
    const status = readStatus(answer.response.status, await answer.text());
    // Without an upgrade the server answers 400 even when everything is in order.
    if (status.code !== 400 || !/upgrade/i.test(status.message)) return http.refused(status, what);
  } catch (error) {
    if (error instanceof Ca3Error) return error;
    const { context } = connection;
    const peer = { cluster: context.cluster, context: context.name, server: context.server };
    return networkFailure(error, peer) ?? (error as Error);
  }
  return new Ca3Error(
    "CA3_KUBE_UNREACHABLE",
    `cluster ${http.cluster} opens no WebSocket to ${what}; a proxy in between may not let it pass`,
  );
}
