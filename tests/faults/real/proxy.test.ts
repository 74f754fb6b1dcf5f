import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { untilMet } from "../../helpers/until.ts";
import { FaultProxy } from "./proxy.ts";

let echo: Server;
let proxy: FaultProxy;
beforeAll(async () => {
  echo = createServer((socket) => void socket.on("error", () => {}).pipe(socket));
  await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
});
afterAll(() => echo.close());
beforeEach(async () => {
  proxy = await FaultProxy.open((echo.address() as AddressInfo).port);
});
afterEach(() => proxy[Symbol.asyncDispose]());

/** A client that remembers what came back and how it ended. */
async function client() {
  const socket: Socket = connect(proxy.port, "127.0.0.1");
  const state = { socket, got: "", failure: "", closed: false };
  socket.on("data", (bytes) => {
    state.got += bytes.toString();
  });
  socket.on("error", (error: Error & { code?: string }) => {
    state.failure = error.code ?? error.message;
  });
  socket.on("close", () => {
    state.closed = true;
  });
  await untilMet(() => !socket.connecting);
  return state;
}

test("a link that is well carries bytes both ways and ends as its ends do", async () => {
  const one = await client();
  const text = "x".repeat(1_000_000);
  one.socket.write(text);
  await untilMet(() => one.got.length === text.length);
  one.socket.end("last");
  await untilMet(() => one.closed);
  expect(one.got).toBe(`${text}last`);
  expect(one.failure).toBe("");
  await untilMet(() => proxy.connections === 0);
});

test("a cut resets what is open and lets new connections in", async () => {
  const one = await client();
  one.socket.write("a");
  await untilMet(() => one.got === "a");
  proxy.cut();
  await untilMet(() => one.closed);
  expect(one.failure).toBe("ECONNRESET");
  const two = await client();
  two.socket.write("b");
  await untilMet(() => two.got === "b");
});

test("a link that refuses lets nobody in until it is healed, on the same port", async () => {
  const one = await client();
  const port = proxy.port;
  await proxy.refuse();
  await untilMet(() => one.closed);
  expect(proxy.port).toBe(port);
  const two = await client();
  await untilMet(() => two.closed);
  expect(two.failure).toBe("ECONNREFUSED");
  await proxy.heal();
  const three = await client();
  three.socket.write("c");
  await untilMet(() => three.got === "c");
  expect(proxy.port).toBe(port);
});

test("a silent link takes connections and bytes, answers nothing, and delivers in order when it is healed", async () => {
  const one = await client();
  one.socket.write("a");
  await untilMet(() => one.got === "a");
  proxy.silence();
  const two = await client();
  one.socket.write("b");
  two.socket.write("c");
  await Bun.sleep(50);
  expect([one.got, two.got, one.closed, two.closed]).toEqual(["a", "", false, false]);
  await proxy.heal();
  one.socket.write("d");
  await untilMet(() => one.got === "abd" && two.got === "c");
});

test("latency delays each direction, and leaves order and bytes alone", async () => {
  const one = await client();
  proxy.slow({ latencyMs: 60 });
  const startedMs = Date.now();
  for (const letter of "abcdef") one.socket.write(letter);
  await untilMet(() => one.got === "abcdef");
  expect(Date.now() - startedMs).toBeGreaterThanOrEqual(115);
});

test("a throttled link takes the time that its rate says", async () => {
  const one = await client();
  proxy.slow({ bytesPerSecond: 100_000 });
  const startedMs = Date.now();
  one.socket.write("x".repeat(10_000));
  await untilMet(() => one.got.length === 10_000);
  expect(Date.now() - startedMs).toBeGreaterThanOrEqual(150);
});

test("a target that is not there ends the connection", async () => {
  const lonely = createServer();
  await new Promise<void>((resolve) => lonely.listen(0, "127.0.0.1", resolve));
  const { port } = lonely.address() as AddressInfo;
  await new Promise<void>((resolve) => lonely.close(() => resolve()));
  await proxy[Symbol.asyncDispose]();
  proxy = await FaultProxy.open(port);
  const one = await client();
  await untilMet(() => one.closed);
});
