import type { Readable, Writable } from "node:stream";
import type { Client, ClientChannel } from "ssh2";
import { Ca3Error } from "../../support/errors.ts";

/** The terminal of whoever sits here, or what stands in for it. */
export type LocalTerminal = {
  readonly input: Readable;
  readonly output: Writable;
  readonly errors: Writable;
  /** Absent when nobody types: then the far side gets no terminal either. */
  readonly screen?:
    | {
        /** `TERM` of this side. */
        readonly kind: string;
        size(): { readonly columns: number; readonly rows: number };
        /** Answers with what ends it. */
        onResize(listener: () => void): () => void;
        /** Keys go over as they are pressed, Ctrl-C included. */
        raw(on: boolean): void;
      }
    | undefined;
  readonly signal: AbortSignal;
};

/** A shell over a connection, or one command, with this side's terminal as its own. Answers with its exit code. */
export function runOnTerminal(
  client: Client,
  node: string,
  command: string | undefined,
  { input, output, errors, screen, signal }: LocalTerminal,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const lost = () =>
    reject(new Ca3Error("CA3_REMOTE", `${node}: the connection broke`, { hint: `ca3 ssh ${node}` }));
  client.once("close", lost);
  const size = () => {
    const { columns = 80, rows = 24 } = screen?.size() ?? {};
    return { cols: columns, rows, width: 0, height: 0 };
  };
  const pty = screen === undefined ? undefined : { ...size(), term: screen.kind };
  let stop = () => {};
  const began = (error: Error | undefined, channel: ClientChannel) => {
    if (error)
      return reject(new Ca3Error("CA3_REMOTE", `${node}: no shell: ${error.message}`, { cause: error }));
    let code = 0;
    channel.on("exit", (status: number | null) => {
      code = status ?? 255;
    });
    channel.on("close", () => resolve(code));
    channel.pipe(output, { end: false });
    channel.stderr.pipe(errors, { end: false });
    input.pipe(channel);
    const close = () => channel.close();
    signal.addEventListener("abort", close, { once: true });
    const ended = screen?.onResize(() => {
      const { rows, cols } = size();
      channel.setWindow(rows, cols, 0, 0);
    });
    screen?.raw(true);
    stop = () => {
      screen?.raw(false);
      ended?.();
      signal.removeEventListener("abort", close);
      input.unpipe(channel);
      input.pause();
    };
  };
  if (command === undefined) client.shell(pty ?? false, began);
  else client.exec(command, pty === undefined ? {} : { pty }, began);
  return promise.finally(() => {
    client.removeListener("close", lost);
    stop();
  });
}
