import { expect, test } from "bun:test";
import type { Client, ClientCallback } from "ssh2";
import { forwardOver } from "./forward.ts";

test("a machine of which nothing is heard is given up, and a way that opens too late is closed", async () => {
  let late: ClientCallback | undefined;
  const client = {
    forwardOut: (...given: Parameters<Client["forwardOut"]>) => {
      late = given[4];
      return client as Client;
    },
  };
  const to = { name: "10.0.1.9 behind cp-1", host: "10.0.1.9", port: 22, user: "any", hostKeys: [] };
  await expect(forwardOver(client, to, { connectMs: 10, keepaliveMs: 10 })).rejects.toMatchObject({
    code: "CA3_REMOTE",
    message: "cannot sign in to 10.0.1.9 behind cp-1 (10.0.1.9:22): no answer",
  });
  let isClosed = false;
  const channel = {
    destroy: () => {
      isClosed = true;
    },
  };
  late!(undefined, channel as unknown as Parameters<ClientCallback>[1]);
  expect(isClosed).toBe(true);
});
