/**
 * The parts of mongodb 7.9.0 that are not its public interface and that the adapter builds on: how the driver puts
 * serialised documents into a message, and the message into the socket. The version is pinned, and `tests/mongo/sequence.test.ts` fails when it is gone.
 */
declare module "mongodb/lib/cmap/commands.js" {
  /** A part of a message of its own, in place of an array in the command. */
  export class DocumentSequence {
    constructor(field: string);
    readonly field: string;
    /** The whole section, its first byte included; the driver copies it. */
    toBin(): Uint8Array;
  }
  export class OpMsgRequest {
    constructor(database: string, command: Record<string, unknown>, options: { requestId?: number });
    readonly command: Record<string, unknown>;
    toBin(): Uint8Array[];
  }
}

declare module "mongodb/lib/cmap/connection.js" {
  /** A message on its way. */
  export type Command = {
    readonly command: Record<string, unknown>;
    /** The whole message in parts, its length first. */
    toBin(): Uint8Array[];
  };
  export type WriteOptions = { readonly agreedCompressor?: string; readonly signal?: AbortSignal };
  export class Connection {
    readonly socket: import("node:net").Socket;
    /** Ends the connection and whoever waits for it. */
    onError(error: Error): void;
    /** Resolves when all is handed to the system. */
    writeCommand(command: Command, options: WriteOptions): Promise<void>;
  }
}
