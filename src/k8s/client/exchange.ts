import { Ca3Error } from "../../support/errors.ts";
import { addressOf, type Connection, dress } from "./connection.ts";
import { networkFailure, silence } from "./network-failure.ts";

export type KubeRequest = {
  readonly method?: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** From the root of the API server. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  /** What is to be done, for messages: `apply Deployment app/processor`. */
  readonly what: string;
  /** How long the server may stay silent, when it is not as usual, ms. */
  readonly silentMs?: number;
  readonly signal?: AbortSignal | undefined;
};

/** What the server answered; its body has to be read to its end or cancelled. */
export type Answer = {
  readonly response: Response;
  /** The body as it comes. Ends with a Ca3Error when the server falls silent or the connection breaks. */
  chunks(): AsyncGenerator<Uint8Array>;
  text(): Promise<string>;
  cancel(): void;
};

/**
 * Sends one request once. Bun would end an answer that stays silent for minutes, so its own timeout is off and this
 * one's holds: for the head of the answer, and between any two parts of its body.
 */
export async function exchange(connection: Connection, request: KubeRequest): Promise<Answer> {
  const { method = "GET", body, contentType = "application/json", accept = "application/json" } = request;
  const { root, headers, tls } = await dress(connection, request.signal);
  const stop = new AbortController();
  const watchdog = watchOver(request.silentMs ?? connection.timeoutMs, () => stop.abort());
  const forward = () => stop.abort();
  request.signal?.addEventListener("abort", forward, { once: true });
  if (request.signal?.aborted) stop.abort();
  const end = () => {
    watchdog.end();
    request.signal?.removeEventListener("abort", forward);
  };
  const failure = (error: unknown) => {
    end();
    return explained(error, connection, request, watchdog);
  };
  let response: Response;
  try {
    response = await fetch(addressOf(root, request.path, request.query), {
      method,
      headers: [
        ...headers,
        ["Accept", accept],
        ...(body === undefined ? [] : [["Content-Type", contentType] as [string, string]]),
      ],
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...{ tls, signal: stop.signal, redirect: "manual", timeout: false },
    } as RequestInit);
  } catch (error) {
    throw failure(error);
  }
  watchdog.answered();
  async function* chunks(): AsyncGenerator<Uint8Array> {
    let isWhole = false;
    try {
      for await (const chunk of response.body ?? []) {
        watchdog.answered();
        yield chunk;
      }
      isWhole = true;
    } catch (error) {
      throw failure(error);
    } finally {
      end();
      // Not after the end: the connection may carry the next request by then.
      if (!isWhole) stop.abort();
    }
  }
  return {
    response,
    chunks,
    async text() {
      const decoder = new TextDecoder();
      let text = "";
      for await (const chunk of chunks()) text += decoder.decode(chunk, { stream: true });
      return text + decoder.decode();
    },
    cancel() {
      end();
      stop.abort();
    },
  };
}

type Watchdog = ReturnType<typeof watchOver>;

function watchOver(ms: number, bite: () => void) {
  const state = { barked: false, connected: false };
  const fire = () => {
    state.barked = true;
    bite();
  };
  let timer = setTimeout(fire, ms);
  return {
    ms,
    state,
    answered() {
      state.connected = true;
      clearTimeout(timer);
      timer = setTimeout(fire, ms);
    },
    end: () => clearTimeout(timer),
  };
}

function explained(
  error: unknown,
  { context }: Connection,
  request: KubeRequest,
  watchdog: Watchdog,
): unknown {
  if (error instanceof Ca3Error) return error;
  const peer = { cluster: context.cluster, context: context.name, server: context.server };
  if (watchdog.state.barked) return silence(peer, request.what, watchdog.ms, watchdog.state.connected);
  if (request.signal?.aborted) return new DOMException(`stopped: ${request.what}`, "AbortError");
  return networkFailure(error, peer) ?? error;
}
