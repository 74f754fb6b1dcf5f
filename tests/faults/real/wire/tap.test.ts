import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { until } from "../../../helpers/until.ts";
import { FaultProxy } from "../proxy.ts";
import { kafkaProtocol, mongoProtocol, type Protocol } from "./protocol.ts";
import { Traps } from "./traps.ts";

/** A request for a commit, and what a server answers; numbers as Kafka writes them. */
function kafkaCommit(id: number): Buffer {
  const frame = Buffer.alloc(14);
  frame.writeInt32BE(10, 0);
  frame.writeInt16BE(8, 4);
  frame.writeInt32BE(id, 8);
  return frame;
}
function kafkaAnswer(id: number): Buffer {
  const frame = Buffer.alloc(9);
  frame.writeInt32BE(5, 0);
  frame.writeInt32BE(id, 4);
  return frame;
}
/** `{ insert: "rollups" }` as MongoDB's drivers send it. */
function mongoInsert(id: number): Buffer {
  const body = Buffer.concat([Buffer.from("\x02insert\0"), int32(8), Buffer.from("rollups\0\0")]);
  const frame = Buffer.concat([
    int32(0),
    int32(id),
    int32(0),
    int32(2013),
    int32(0),
    Buffer.from([0]),
    int32(0),
    body,
  ]);
  frame.writeInt32LE(frame.length, 0);
  return frame;
}
function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

test("steps are told by what is on the wire", () => {
  expect(kafkaProtocol.request(kafkaCommit(7))).toEqual({ id: 7, step: "commit" });
  expect(kafkaProtocol.answerTo(kafkaAnswer(7))).toBe(7);
  expect(mongoProtocol.request(mongoInsert(9))).toEqual({ id: 9, step: "insert rollups" });
});

test.each<[string, Protocol, Buffer]>([
  ["Kafka", kafkaProtocol, kafkaCommit(1)],
  ["MongoDB", mongoProtocol, mongoInsert(1)],
])("a frame of %s ends where it says", (_name, protocol, frame) => {
  const two = Buffer.concat([frame, frame]);
  expect(protocol.frameLength(two)).toBe(frame.length);
  for (let cut = 0; cut < frame.length; cut++) expect(protocol.frameLength(frame.subarray(0, cut))).toBe(0);
});

let server: Server;
let proxy: FaultProxy;
let traps: Traps;
const requests: Buffer[] = [];
beforeAll(async () => {
  server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (bytes: Buffer) => {
      requests.push(bytes);
      socket.write(kafkaAnswer(bytes.readInt32BE(8)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => server.close());
beforeEach(async () => {
  requests.length = 0;
  proxy = await FaultProxy.open((server.address() as AddressInfo).port, 0, kafkaProtocol);
  traps = new Traps();
  traps.watch("one", [proxy]);
});
afterEach(() => proxy[Symbol.asyncDispose]());

async function client() {
  const socket: Socket = connect(proxy.port, "127.0.0.1");
  const state = { socket, got: 0, closed: false };
  socket.on("data", (bytes: Buffer) => {
    state.got += bytes.length;
  });
  socket.on("error", () => {});
  socket.on("close", () => {
    state.closed = true;
  });
  await until("it is connected", () => !socket.connecting);
  return state;
}

const commit = (moment: "request" | "answer") => ({ slots: ["one"], step: "commit", moment });

test("a request that is held has not reached the server, and does when it is released", async () => {
  const one = await client();
  const caught = await traps.next(
    commit("request"),
    5_000,
    async () => void one.socket.write(kafkaCommit(1)),
  );
  expect([caught?.slot, requests.length]).toEqual(["one", 0]);
  caught!.release(true);
  await until("it is answered", () => one.got === 9);
});

test("an answer that is left out never arrives, though the server has done the work", async () => {
  const one = await client();
  const caught = await traps.next(commit("answer"), 5_000, async () => void one.socket.write(kafkaCommit(1)));
  expect(requests.length).toBe(1);
  caught!.link.reset();
  caught!.release(false);
  await until("it is over", () => one.closed);
  expect(one.got).toBe(0);
});

test("what outlives its client reaches the server after the client has gone", async () => {
  const one = await client();
  const caught = await traps.next(
    commit("request"),
    5_000,
    async () => void one.socket.write(kafkaCommit(1)),
  );
  caught!.link.outlives = true;
  one.socket.resetAndDestroy();
  await until("the proxy has noticed", () => proxy.connections === 0);
  expect(requests.length).toBe(0);
  caught!.release(true);
  await until("it has arrived", () => requests.length === 1);
});

test("a trap catches its own step only, once, and gives up in time", async () => {
  expect(await traps.next({ ...commit("request"), step: "join" }, 20, async () => {})).toBeUndefined();
  expect(await traps.next({ ...commit("request"), slots: ["two"] }, 20, async () => {})).toBeUndefined();
  const one = await client();
  one.socket.write(kafkaCommit(1));
  await until("it is answered", () => one.got === 9);
});
