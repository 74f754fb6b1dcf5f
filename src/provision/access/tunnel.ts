import type { Duplex } from "node:stream";
import { openLocalPort } from "../../support/local-port.ts";

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

/** A port of this machine whose connections end at the far end of `way`. Throws CA3_PORT_IN_USE when it is taken. */
export async function openTunnel({ port, way, onTrouble }: TunnelOptions): Promise<Tunnel> {
  const local = await openLocalPort({
    ...{ port, flag: "--local-port", onTrouble },
    async carry(socket) {
      const far = await way();
      far.on("error", () => socket.destroy());
      far.once("close", () => socket.destroy());
      socket.once("close", () => far.destroy());
      socket.pipe(far);
      far.pipe(socket);
    },
  });
  return { port: local.port, close: async () => local[Symbol.asyncDispose]() };
}
