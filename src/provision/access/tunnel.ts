import { createServer, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { Ca3Error } from "../../support/errors.ts";

export type Tunnel = {
  /** On 127.0.0.1. */
  readonly port: number;
  close(): Promise<void>;
};

export type TunnelOptions = {
  /** 0 for any that is free. */
  readonly port: number;
  /** A new way to the far end, for each connection. */
  readonly way: () => Promise<Duplex>;
  /** A connection could not be made; the others go on. */
  readonly onTrouble: (error: Error) => void;
};

/**
 * A port of this machine, on the loopback address only, whose connections end at the far end of `way`. Throws
 * CA3_PORT_IN_USE when it is taken.
 */
export async function openTunnel({ port, way, onTrouble }: TunnelOptions): Promise<Tunnel> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.pause();
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    way().then(
      (far) => {
        far.on("error", () => socket.destroy());
        far.once("close", () => socket.destroy());
        socket.once("close", () => far.destroy());
        socket.pipe(far);
        far.pipe(socket);
      },
      (error: Error) => {
        socket.destroy();
        onTrouble(error);
      },
    );
  });
  const opened = await listen(server, port);
  return {
    port: opened,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        new Ca3Error("CA3_PORT_IN_USE", `port ${port} of 127.0.0.1 cannot be used: ${error.code}`, {
          cause: error,
          hint: "choose another with --local-port, or leave it out",
        }),
      ),
    );
    server.listen(port, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
  });
}
