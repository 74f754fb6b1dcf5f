import type { Server } from "bun";

/** What the fake answers to one reading. */
export type Answer =
  | { readonly page: string; readonly type?: string; readonly dateMs?: number; readonly gzip?: boolean }
  | { readonly status: number }
  | "hang"
  /** The beginning of a page, and then nothing more. */
  | "stall"
  /** More lines than anybody wants, as fast as they are taken. */
  | { readonly megabytes: number };

/** An HTTP server that answers each reading with what the test says, and knows what it was asked. */
export type FakeExporter = {
  readonly url: string;
  /** What it answers from now on; a list is used up one by one, and its last one stays. */
  answer(...answers: readonly Answer[]): void;
  /** What was asked so far. */
  readonly requests: readonly Request[];
  stop(): Promise<void>;
};

export type FakeOptions = {
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Only a request with this bearer token is answered. */
  readonly token?: string;
};

const LINE = `noise_total{a="${"x".repeat(200)}"} 1\n`;

/** Starts a fake exporter on a free port. */
export function fakeExporter(first: Answer, { tls, token }: FakeOptions = {}): FakeExporter {
  let answers: readonly Answer[] = [first];
  const requests: Request[] = [];
  const server: Server<undefined> = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    ...(tls ? { tls } : {}),
    fetch(request) {
      requests.push(request);
      if (token !== undefined && request.headers.get("authorization") !== `Bearer ${token}`)
        return new Response("who are you", { status: 401 });
      const [answer, ...rest] = answers;
      if (rest.length > 0) answers = rest;
      return respond(answer!, request);
    },
  });
  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${server.port}/metrics`,
    requests,
    answer: (...next) => {
      answers = next;
    },
    stop: () => server.stop(true),
  };
}

function respond(answer: Answer, request: Request): Response | Promise<Response> {
  if (answer === "hang")
    return new Promise((resolve) =>
      request.signal.addEventListener("abort", () => resolve(new Response("")), { once: true }),
    );
  if (answer === "stall") return streamed((controller) => controller.enqueue(bytes("up 1\n")));
  if ("status" in answer) return new Response("no", { status: answer.status });
  if ("megabytes" in answer) return flood(answer.megabytes);
  const headers = new Headers({ "content-type": answer.type ?? "text/plain; version=0.0.4; charset=utf-8" });
  if (answer.dateMs !== undefined) headers.set("date", new Date(answer.dateMs).toUTCString());
  if (!answer.gzip) return new Response(answer.page, { headers });
  headers.set("content-encoding", "gzip");
  return new Response(Bun.gzipSync(bytes(answer.page)), { headers });
}

function flood(megabytes: number): Response {
  const chunk = bytes(LINE.repeat(256));
  let left = megabytes * 1e6;
  return new Response(
    new ReadableStream({
      pull(controller) {
        controller.enqueue(chunk);
        left -= chunk.byteLength;
        if (left <= 0) controller.close();
      },
    }),
    { headers: { "content-type": "text/plain" } },
  );
}

const streamed = (start: (controller: ReadableStreamDefaultController<Uint8Array>) => void): Response =>
  new Response(new ReadableStream({ start }), { headers: { "content-type": "text/plain" } });

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
