import type { Socket } from "node:net";
import { MongoNetworkError } from "mongodb";
import { type Command, Connection, type WriteOptions } from "mongodb/lib/cmap/connection.js";
import { Documents } from "./sequence.ts";

/**
 * Sends `Documents` from the buffer they were written into. The driver would copy them twice first, into fresh memory
 * each time, which costs more than writing them. Everything else, and what is compressed, goes the driver's way.
 */
export function sendDocumentsInPlace(): void {
  const { prototype } = Connection;
  const original = prototype.writeCommand;
  if ("ca3InPlace" in original) return;
  async function writeCommand(this: Connection, command: Command, options: WriteOptions): Promise<void> {
    const found = options.agreedCompressor === "none" ? documentsIn(command) : undefined;
    if (!found) return original.call(this, command, options);
    const [field, documents] = found;
    delete command.command[field];
    const section = documents.toBin();
    const head = Buffer.concat(command.toBin());
    head.writeInt32LE(head.length + section.length, 0);
    try {
      await writeAll(this.socket, [head, section], options.signal);
    } catch (error) {
      // a connection that holds half a message is of no use to anybody else
      this.onError(error as Error);
      throw error;
    }
  }
  prototype.writeCommand = Object.assign(writeCommand, { ca3InPlace: true });
}

function documentsIn({ command }: Command): [string, Documents] | undefined {
  for (const field in command) {
    const value = command[field];
    if (value instanceof Documents) return [field, value];
  }
  return undefined;
}

/** Resolves when all is handed to the system. Rejects when the socket closes before that, which the driver would not see. */
function writeAll(socket: Socket, parts: readonly Uint8Array[], signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error?: Error) => {
      socket.off("drain", onDrain).off("close", onClose);
      signal?.removeEventListener("abort", onAbort);
      if (error) reject(error);
      else resolve();
    };
    const onDrain = () => end();
    const onClose = () => end(new MongoNetworkError("the connection was closed under a message"));
    const onAbort = () => end(signal!.reason);
    socket.once("drain", onDrain).once("close", onClose);
    signal?.addEventListener("abort", onAbort);
    let taken = true;
    for (const part of parts) taken = socket.write(part);
    if (taken) end();
  });
}
