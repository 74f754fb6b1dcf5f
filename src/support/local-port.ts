import { createServer, type Server, type Socket } from "node:net";
import { Ca3Error } from "./errors.ts";

export type LocalPort = AsyncDisposable & {
  /** On 127.0.0.1. */
  readonly port: number;
};

export type LocalPortOptions = {
  /** 0 for any that is free. */
  readonly port: number;
  /** The flag by which a person chooses the port. */
  readonly flag: string;
  /** Sees to one connection, which is paused; what it rejects with ends that connection alone. */
  readonly carry: (socket: Socket) => Promise<void>;
  /** A connection could not be made or broke; the others go on. */
  readonly onTrouble: (error: Error) => void;
};

/**
 * A port of this machine, on the loopback address only, whose connections are carried somewhere else. Disposing it ends
 * them. Throws CA3_PORT_IN_USE when it is taken.
 */
export async function openLocalPort({ port, flag, carry, onTrouble }: LocalPortOptions): Promise<LocalPort> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.pause();
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    carry(socket).catch((error: Error) => {
      socket.destroy();
      onTrouble(error);
    });
  });
  const opened = await listen(server, port, flag);
  return {
    port: opened,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function listen(server: Server, port: number, flag: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        new Ca3Error("CA3_PORT_IN_USE", `port ${port} of 127.0.0.1 cannot be used: ${error.code}`, {
          cause: error,
          hint: `choose another with ${flag}, or leave it out`,
        }),
      ),
    );
    server.listen(port, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
  });
}
