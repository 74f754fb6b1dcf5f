import { connect } from "node:net";

/** What became of an attempt to open a TCP connection. */
export type Knock =
  | "open"
  /** Somebody answers that nothing listens there; some firewalls do so as well. */
  | "refused"
  /** Nobody answers in time, as behind most firewalls. */
  | "silent"
  /** The name of the host is not known here. */
  | "no-name"
  /** There is no way to that network. */
  | "no-way";

const known: Readonly<Record<string, Knock>> = {
  ...{ ECONNREFUSED: "refused", ECONNRESET: "refused", ETIMEDOUT: "silent" },
  ...{ ENOTFOUND: "no-name", EAI_AGAIN: "no-name", EAI_NODATA: "no-name", EAI_NONAME: "no-name" },
};

/** Opens a connection, sends nothing, and closes it. Never rejects; `silent` when `signal` aborts first. */
export function knock(host: string, port: number, withinMs: number, signal: AbortSignal): Promise<Knock> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answer: Knock) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", aborted);
      socket.destroy();
      resolve(answer);
    };
    const aborted = () => end("silent");
    const timer = setTimeout(() => end("silent"), withinMs);
    signal.addEventListener("abort", aborted, { once: true });
    socket.once("connect", () => end("open"));
    socket.once("error", ({ code = "" }: NodeJS.ErrnoException) => end(known[code] ?? "no-way"));
    if (signal.aborted) aborted();
  });
}
