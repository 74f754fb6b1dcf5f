import type { Client, ClientChannel } from "ssh2";
import { Ca3Error } from "../../support/errors.ts";

export type RemoteResult = {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
};

export type RemoteCommand = {
  /** What runs there: a fixed text, never with a secret in it; what is secret goes in by `stdin`. */
  readonly command: string;
  readonly stdin?: string | Uint8Array;
  readonly deadlineMs: number;
  /** For messages. */
  readonly doing: string;
  readonly signal?: AbortSignal | undefined;
};

/** What a remote machine is used for: the built-in client and OpenSSH's both offer this. */
export interface Shell {
  /** Name of the node. */
  readonly node: string;
  /** Runs to its end, whatever its exit code. Rejects with CA3_REMOTE at the deadline or when the connection breaks. */
  run(command: RemoteCommand): Promise<RemoteResult>;
  close(): void;
}

/** More is cut off: nothing that we run prints so much on purpose. */
const MAX_OUTPUT = 8 * 1024 * 1024;

/** Runs one command over a connection. */
export function runOver(client: Client, node: string, wanted: RemoteCommand): Promise<RemoteResult> {
  const { command, stdin, deadlineMs, doing, signal } = wanted;
  const { promise, resolve, reject } = Promise.withResolvers<RemoteResult>();
  const fail = (why: string, cause?: unknown) =>
    reject(
      new Ca3Error("CA3_REMOTE", `${node}: ${doing}: ${why}`, {
        hint: "run the same command again: it goes on where it stopped",
        ...(cause === undefined ? {} : { cause }),
      }),
    );
  let channel: ClientChannel | undefined;
  const timer = setTimeout(() => {
    fail(`no end after ${deadlineMs / 1000} s`);
    channel?.close();
  }, deadlineMs);
  const onClose = () => fail("the connection broke");
  const onAbort = () => {
    reject(new Ca3Error("CA3_INTERRUPTED", `${doing} on ${node} was stopped`));
    channel?.close();
  };
  client.once("close", onClose);
  signal?.addEventListener("abort", onAbort, { once: true });
  client.exec(command, (error, stream) => {
    if (error) return fail(error.message, error);
    channel = stream;
    const out = collector();
    const err = collector();
    let code = -1;
    stream.on("data", out.add);
    stream.stderr.on("data", err.add);
    stream.on("exit", (status: number | null) => {
      code = status ?? -1;
    });
    stream.on("close", () => resolve({ code, stdout: out.text(), stderr: err.text() }));
    stream.on("error", (broken: Error) => fail(broken.message, broken));
    stream.end(stdin);
  });
  return promise.finally(() => {
    clearTimeout(timer);
    client.removeListener("close", onClose);
    signal?.removeEventListener("abort", onAbort);
  });
}

function collector() {
  const chunks: Buffer[] = [];
  let size = 0;
  return {
    add: (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_OUTPUT) chunks.push(chunk);
    },
    text: () => Buffer.concat(chunks).toString("utf8"),
  };
}
