import { mintToken } from "../remote/k3s-service.ts";
import { CHANNELS } from "../ssh/fleet-access.ts";
import type { Machine, Waiting } from "./machine.ts";
import { makeWayForFresh } from "./node-passwords.ts";
import { inParallel } from "./parallel.ts";
import { untilReady } from "./ready.ts";

/** K3s on every worker: one goes ahead, and when it is Ready all others follow side by side. At least one is given. */
export async function installAgents(
  server: Machine,
  agents: readonly Machine[],
  join: string,
  waiting: Waiting,
): Promise<void> {
  const fresh = await makeWayForFresh(server, agents);
  const token = fresh.length === 0 ? "" : await server.text(mintToken());
  const [canary, ...rest] = [...fresh, ...agents.filter((one) => !fresh.includes(one))];
  // what is wrong with all of them shows on the first
  await canary!.installAgent(join, token);
  await untilReady(server, [canary!.nodeName], waiting);
  await inParallel(CHANNELS, rest, (one) => one.installAgent(join, token));
}
