import { expect, test } from "bun:test";
import { createServer } from "node:net";
import { ca3 } from "../helpers/cli.ts";
import { freePort } from "../services/process.ts";

test("doctor network tells what listens from what does not, and a name that is not known", async () => {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.address() as { port: number };
    const open = `127.0.0.1:${port}`;
    const [closed, unknown] = [`127.0.0.1:${await freePort()}`, "no-such-host.invalid:80"];
    const { code, out } = await ca3(["doctor", "network", open, closed, unknown, "--output", "json"]);
    const { checks } = JSON.parse(out) as {
      checks: { id: string; result: string; data: { answer: string } }[];
    };
    expect(code).toBe(3);
    expect(checks.map(({ id, result, data }) => [id, result, data.answer])).toEqual([
      [open, "pass", "open"],
      [closed, "fail", "refused"],
      [unknown, "fail", "no-name"],
    ]);
    expect((await ca3(["doctor", "network", open])).code).toBe(0);
  } finally {
    server.close();
  }
});

test.each(["nowhere", "host:0", "host:70000", "http://host:80"])("%s is no address", async (word) => {
  expect(await ca3(["doctor", "network", word])).toMatchObject({
    code: 2,
    notes: expect.stringContaining(`${word} is not an address`),
  });
});
