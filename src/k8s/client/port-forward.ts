import type { Socket } from "node:net";
import { Ca3Error } from "../../support/errors.ts";
import { type LocalPort, openLocalPort } from "../../support/local-port.ts";
import { type Channels, openChannels } from "./channels.ts";
import type { KubeHttp } from "./http.ts";
import { pathOf, resources } from "./resource.ts";

export type ForwardOptions = {
  /** The pod that a new connection goes to; asked for each, since pods come and go. */
  readonly target: () => Promise<{
    readonly namespace: string;
    readonly name: string;
    readonly port: number;
  }>;
  /** 0 for any that is free. */
  readonly port: number;
  readonly signal: AbortSignal;
  /** A connection could not be made or broke; the others go on. */
  readonly onTrouble: (error: Error) => void;
};

/** Channels of one forwarded port: its bytes, and what went wrong. */
const [DATA, ERROR] = [0, 1];
/** Above so many waiting bytes the sender is asked to wait. */
const HIGH_WATER = 1024 * 1024;

/** A port of this machine whose connections end at a pod. Throws CA3_PORT_IN_USE when it is taken. */
export const openForward = (http: KubeHttp, options: ForwardOptions): Promise<LocalPort> =>
  openLocalPort({
    port: options.port,
    flag: "--port",
    carry: (socket) => carry(http, socket, options),
    onTrouble: (error) => {
      if (!options.signal.aborted) options.onTrouble(error);
    },
  });

async function carry(http: KubeHttp, socket: Socket, options: ForwardOptions): Promise<void> {
  const { namespace, name, port } = await options.target();
  const channels = await openChannels(http, {
    path: pathOf(resources.pods, { namespace, name, sub: "portforward" }),
    query: { ports: port },
    protocol: "v4.channel.k8s.io",
    what: `forward to port ${port} of Pod ${namespace}/${name}`,
    signal: options.signal,
  });
  socket.once("close", () => channels.close());
  socket.on("data", (chunk: Buffer) => {
    channels.send(DATA!, chunk);
    if (channels.buffered() > HIGH_WATER) void drain(channels, socket);
  });
  socket.resume();
  const begun = new Set<number>();
  for await (const { channel, data } of channels.messages()) {
    // The first message of each channel only repeats the port.
    if (!begun.has(channel)) begun.add(channel);
    else if (channel === ERROR && data.length > 0)
      throw new Ca3Error(
        "CA3_KUBE_UNREACHABLE",
        `Pod ${namespace}/${name}: ${new TextDecoder().decode(data).trim()}`,
      );
    else if (channel === DATA && !socket.write(data))
      await new Promise<void>((resolve) => {
        socket.once("drain", resolve);
        socket.once("close", () => resolve());
      });
  }
  socket.end();
}

async function drain(channels: Channels, socket: Socket): Promise<void> {
  while (channels.buffered() > HIGH_WATER / 2 && !socket.destroyed) await Bun.sleep(5);
  socket.resume();
}
