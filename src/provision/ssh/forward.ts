import type { Duplex } from "node:stream";
import type { Client } from "ssh2";
import { Ca3Error } from "../../support/errors.ts";
import type { Endpoint, Patience } from "./connection.ts";
import { explainSsh } from "./failures.ts";

/** Machines behind a jump are near it: one that does not answer in this time does not answer yet. */
const ANSWERS_WITHIN_MS = 5_000;

/** For messages about an address that is reached through `jump`. */
export const behind = (jump: Endpoint, host: string, port: number): Endpoint => ({
  ...jump,
  name: `${host} behind ${jump.name}`,
  host,
  port,
});

/**
 * A way to an address over a connection. Rejects with CA3_REMOTE also when nothing is heard of it: the jump's own attempt at
 * a machine that boots goes on for two minutes, and asks ever more seldom.
 */
export function forwardOver(
  client: Pick<Client, "forwardOut">,
  to: Endpoint,
  { connectMs }: Patience,
): Promise<Duplex> {
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
  let isLate = false;
  const timer = setTimeout(
    () => {
      isLate = true;
      const { name, host, port } = to;
      reject(
        new Ca3Error("CA3_REMOTE", `cannot sign in to ${name} (${host}:${port}): no answer`, {
          hint: "wait for it to boot, then run the same command again",
        }),
      );
    },
    Math.min(connectMs, ANSWERS_WITHIN_MS),
  );
  client.forwardOut("127.0.0.1", 0, to.host, to.port, (error, channel) => {
    clearTimeout(timer);
    if (error) reject(explainSsh(error, to));
    else if (isLate) channel.destroy();
    else resolve(channel);
  });
  return promise;
}
