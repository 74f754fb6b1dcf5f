import type { Client, ClientChannel } from "ssh2";
import { Ca3Error } from "../../support/errors.ts";
import { GarbagePace, workPerCollection } from "../../support/garbage-pace.ts";
import type { LocalFile } from "./local-file.ts";

export type RemoteResult = {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
};

export type RemoteCommand = {
  /** What runs there: a fixed text, never with a secret in it; what is secret goes in by `stdin`. */
  readonly command: string;
  readonly stdin?: string | Uint8Array | LocalFile;
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

/** The connection is gone, and what ran over it may have come to its end or not. */
export class BrokenLink extends Ca3Error {}

/** A command that did not come to an end of its own. */
export function unfinished(node: string, doing: string, why: string, cause?: unknown): Ca3Error {
  return new Ca3Error("CA3_REMOTE", `${node}: ${doing}: ${why}`, failureOptions(cause));
}
/** The connection broke while a command ran. */
export function broken(node: string, doing: string, cause?: unknown): BrokenLink {
  return new BrokenLink("CA3_REMOTE", `${node}: ${doing}: the connection broke`, failureOptions(cause));
}
const failureOptions = (cause: unknown) => ({
  hint: "run the same command again: it resumes where it stopped",
  ...(cause === undefined ? {} : { cause }),
});

/** More is cut off: nothing that we run prints so much on purpose. */
const MAX_OUTPUT = 8 * 1024 * 1024;

/** Runs one command over a connection. */
export function runOver(client: Client, node: string, wanted: RemoteCommand): Promise<RemoteResult> {
  const { command, stdin, deadlineMs, doing, signal } = wanted;
  const { promise, resolve, reject } = Promise.withResolvers<RemoteResult>();
  const breaks = (cause?: unknown) => reject(broken(node, doing, cause));
  let channel: ClientChannel | undefined;
  const over = new AbortController();
  const timer = setTimeout(() => {
    reject(unfinished(node, doing, `no end after ${deadlineMs / 1000} s`));
    channel?.close();
  }, deadlineMs);
  const onClose = () => breaks();
  const onAbort = () => {
    reject(new Ca3Error("CA3_INTERRUPTED", `${doing} on ${node} was stopped`));
    channel?.close();
  };
  client.once("close", onClose);
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort, { once: true });
  client.exec(command, (error, stream) => {
    if (error) return breaks(error);
    channel = stream;
    if (signal?.aborted) return stream.close();
    const out = collector();
    const err = collector();
    let code: number | undefined;
    stream.on("data", out.add);
    stream.stderr.on("data", err.add);
    stream.on("exit", (status: number | null) => {
      code = status ?? -1;
    });
    // a channel that closes without an exit code was torn down with its connection
    stream.on("close", () =>
      code === undefined ? breaks() : resolve({ code, stdout: out.text(), stderr: err.text() }),
    );
    stream.on("error", breaks);
    if (typeof stdin === "object" && "pieces" in stdin) pour(stdin, stream, over.signal).catch(breaks);
    else stream.end(stdin);
  });
  return promise.finally(() => {
    over.abort();
    clearTimeout(timer);
    client.removeListener("close", onClose);
    signal?.removeEventListener("abort", onAbort);
  });
}

/**
 * What is sent is copied and encrypted, twice behind a jump, and all of it is garbage at once: left alone, 90 MB of it stand
 * beside the 2 MB that are on their way. Measured with three machines: 115 MB in place of 260, for 17 ms of CPU time a MiB
 * in place of 8.
 */
const pace = new GarbagePace(2 * 1024 * 1024, workPerCollection.alone);

/** Piece by piece, and no faster than the other side takes it; until `over`, when a broken channel says nothing more. */
async function pour(from: LocalFile, to: ClientChannel, over: AbortSignal): Promise<void> {
  let goOn = () => {};
  over.addEventListener("abort", () => goOn(), { once: true });
  for await (const piece of from.pieces()) {
    if (over.aborted || to.destroyed) return;
    await new Promise<void>((resolve) => {
      goOn = resolve;
      to.write(piece, () => resolve());
    });
    pace.worked(piece.length);
  }
  if (!over.aborted) to.end();
}

/** Collects output up to `MAX_OUTPUT` bytes and drops the rest. */
export function collector() {
  const chunks: Uint8Array[] = [];
  let size = 0;
  return {
    add: (chunk: Uint8Array) => {
      size += chunk.length;
      if (size <= MAX_OUTPUT) chunks.push(chunk);
    },
    text: () => Buffer.concat(chunks).toString("utf8"),
  };
}
