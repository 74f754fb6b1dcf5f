import { afterEach, describe, expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { type RunningServer, startServer } from "../../src/http/server.ts";
import type { Ca3Error } from "../../src/support/errors.ts";
import { fill, sampleEvents, TOKEN, testApi } from "./api.ts";

const here = { hostname: "127.0.0.1", port: 0, fixedPort: true };
const open: { stop(): unknown }[] = [];
const serve = (app: Parameters<typeof startServer>[0], options: Partial<typeof here> = {}) => {
  const server = startServer(app, { ...here, ...options });
  open.push({ stop: () => server.stop(0) });
  return server;
};
/** Something else that holds a port. */
const hold = (port = 0) => {
  const server = Bun.serve({ hostname: "127.0.0.1", port, fetch: () => new Response() });
  open.push(server);
  return server.port!;
};
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop();
});
const caught = (run: () => unknown): Ca3Error => {
  try {
    run();
  } catch (error) {
    return error as Ca3Error;
  }
  throw new Error("nothing was thrown");
};
const hello = { fetch: () => new Response("hello") };
const text = async (server: RunningServer, path = "/") => (await fetch(new URL(path, server.url))).text();

describe("the port", () => {
  test("0 is any free one", async () => {
    const server = serve(hello);
    expect(server.port).toBeGreaterThan(0);
    expect(await text(server)).toBe("hello");
  });

  test("taken is replaced by the next free one, unless it is fixed", async () => {
    const taken = hold();
    const server = serve(hello, { port: taken, fixedPort: false });
    expect(server.port).toBeGreaterThan(taken);
    expect(server.port).toBeLessThanOrEqual(taken + 20);
    const error = caught(() => serve(hello, { port: taken }));
    expect(error.code).toBe("CA3_PORT_IN_USE");
    expect(error.message).toBe(`port ${taken} is in use on 127.0.0.1`);
    const free = Number(/--port (\d+) is free/.exec(error.hint!)?.[1]);
    expect(serve(hello, { port: free }).port).toBe(free);
  });
});

test("an address that is not of this machine is named", () => {
  const error = caught(() => serve(hello, { hostname: "203.0.113.1", port: 8080 }));
  expect(error.code).toBe("CA3_LISTEN");
  expect(error.message).toContain("203.0.113.1:8080: EADDRNOTAVAIL");
});

describe("stopping", () => {
  test("lets a running request end, and takes no new one", async () => {
    const gate = Promise.withResolvers<void>();
    const entered = Promise.withResolvers<void>();
    const server = serve({
      fetch: async () => {
        entered.resolve();
        await gate.promise;
        return new Response("done");
      },
    });
    const running = text(server);
    await entered.promise;
    const stopped = server.stop(10_000);
    await expect(fetch(server.url)).rejects.toThrow();
    gate.resolve();
    expect(await running).toBe("done");
    await stopped;
    await server.stop(10_000);
  });

  test("does not wait longer than its grace for one that hangs", async () => {
    const entered = Promise.withResolvers<void>();
    const server = serve({
      fetch: () => {
        entered.resolve();
        return new Promise<Response>(() => {});
      },
    });
    const running = text(server).catch(() => "cut");
    await entered.promise;
    await server.stop(50);
    expect(await running).toBe("cut");
  });

  test("ends streams by itself", async () => {
    const { app } = await testApi();
    const server = serve(app);
    const response = await fetch(new URL("/api/v1/stream", server.url));
    const body = response.text();
    await server.stop(10_000);
    expect(await body).toContain("event: tick");
  });
});

/** Speaks HTTP by hand, to send what no client would. */
async function raw(
  server: RunningServer,
  request: string,
): Promise<{ socket: Socket; answer: Promise<string> }> {
  const socket = connect(server.port, "127.0.0.1");
  await new Promise((resolve) => socket.once("connect", resolve));
  const answer = new Promise<string>((resolve) => {
    let got = "";
    socket.on("data", (data) => {
      got += data;
      if (got.includes("\r\n\r\n")) resolve(got);
    });
    socket.on("close", () => resolve(got));
  });
  socket.on("error", () => {});
  socket.write(request);
  open.push({ stop: () => socket.destroy() });
  return { socket, answer };
}

describe("over a real socket", () => {
  test("a body of gigabytes is refused with a problem before it comes", async () => {
    const { app } = await testApi();
    const head = "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000000\r\n\r\n";
    const { answer } = await raw(serve(app), head);
    expect(await answer).toMatch(/^HTTP\/1.1 413 [\s\S]*application\/problem\+json/i);
  });

  test("a strange host is refused, whatever the address", async () => {
    const { app } = await testApi();
    const { answer } = await raw(serve(app), "GET /health HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    expect(await answer).toStartWith("HTTP/1.1 421");
  });

  test.each([
    "GET /%zz%00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "GET //../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "BREW /health HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "GET /api/v1/dead-letters/%E0%A4%A HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "GET /health HTTP/9.9\r\n\r\n",
    "nonsense\r\n\r\n",
  ])("%j does no harm", async (request) => {
    const { app } = await testApi();
    const server = serve(app);
    expect(await (await raw(server, request)).answer).not.toMatch(/^HTTP\/1.1 50[0-4]/);
    expect(await text(server, "/health")).toBe('{"status":"ok"}');
  });

  test("large answers travel compressed to those who can read that", async () => {
    const { app, store } = await testApi();
    await fill(store, sampleEvents());
    const server = serve(app);
    const url = new URL("/api/v1/series?last=2h&groupBy=host", server.url);
    const packed = await fetch(url, {
      headers: { "accept-encoding": "br;q=1, gzip;q=0.5" },
      decompress: false,
    } as RequestInit);
    expect(packed.headers.get("content-encoding")).toBe("gzip");
    const bytes = new Uint8Array(await packed.arrayBuffer());
    const plain = await fetch(url, { headers: { "accept-encoding": "identity" } });
    expect(plain.headers.get("content-encoding")).toBeNull();
    const whole = await plain.text();
    expect(new TextDecoder().decode(Bun.gunzipSync(bytes))).toBe(whole);
    expect(bytes.byteLength).toBeLessThan(whole.length / 4);
  });
});

test("beyond this machine, the token opens the door over the wire as well", async () => {
  const { app } = await testApi({ env: { HTTP_HOST: "0.0.0.0", CA3_API_TOKEN: TOKEN } });
  const server = serve(app, { hostname: "0.0.0.0" });
  const url = `http://127.0.0.1:${server.port}/gpu/info`;
  expect((await fetch(url)).status).toBe(401);
  expect((await fetch(url, { headers: { authorization: `Bearer ${TOKEN}` } })).status).toBe(200);
});
