import { expect, test } from "bun:test";
import { PassThrough } from "node:stream";
import { OpMsgRequest } from "mongodb/lib/cmap/commands.js";
import { Connection } from "mongodb/lib/cmap/connection.js";
import { sendDocumentsInPlace } from "./in-place.ts";
import { Documents } from "./sequence.ts";

sendDocumentsInPlace();

function message(): OpMsgRequest {
  const documents = new Documents("documents");
  for (const id of ["a", "b"])
    documents.add((into) => {
      const start = into.open();
      into.string("_id", id);
      into.close(start);
      return undefined;
    });
  return new OpMsgRequest("ca3", { insert: "things", documents, ordered: false }, { requestId: 7 });
}

/** As much of a connection as sending needs. */
function connectionOver(socket: PassThrough) {
  const errors: Error[] = [];
  const connection = { socket, onError: (error: Error) => void errors.push(error) } as unknown as Connection;
  const send = (options = {}) =>
    Connection.prototype.writeCommand.call(connection, message(), { agreedCompressor: "none", ...options });
  return { send, errors };
}

test("what is sent is, to the byte, what the driver would send", async () => {
  const socket = new PassThrough();
  await connectionOver(socket).send();
  const sent = Buffer.concat(await Array.fromAsync(socket.end()));
  expect(sent).toEqual(Buffer.concat(message().toBin()));
});

test("a socket that closes under a message, and a caller that gives up, end the connection", async () => {
  const full = () => new PassThrough({ writableHighWaterMark: 1, readableHighWaterMark: 1 });
  const closing = full();
  const closed = connectionOver(closing);
  const sending = closed.send();
  closing.destroy();
  expect(sending).rejects.toThrow("closed under a message");
  await sending.catch(() => {});
  expect(closed.errors).toHaveLength(1);

  const abort = new AbortController();
  const waiting = connectionOver(full());
  const given = waiting.send({ signal: abort.signal });
  abort.abort(new Error("enough"));
  expect(given).rejects.toThrow("enough");
  await given.catch(() => {});
  expect(waiting.errors).toHaveLength(1);
});
