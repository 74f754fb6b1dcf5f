import { Ca3Error } from "../../support/errors.ts";
import { readyz, serverToken } from "../remote/k3s-service.ts";
import type { Machine, Waiting } from "./machine.ts";
import { makeWayForFresh } from "./node-passwords.ts";
import { READY_MS } from "./ready.ts";

/**
 * K3s on every control plane, one after the other. The first to begin is one that is part of a cluster already: a machine
 * that took the place of a lost one must join, whatever its number, and not begin another cluster. Answers with it.
 */
export async function installServers(
  servers: readonly Machine[],
  addresses: readonly string[],
  waiting: Waiting,
): Promise<Machine> {
  const joined = await Promise.all(servers.map(async (one) => (await one.hasJoined()) && one));
  const living = joined.filter((one) => one !== false);
  const first = (await firstThatAnswers(living)) ?? living[0] ?? servers[0]!;
  await first.installServer({ addresses });
  await first.until(readyz(), READY_MS, waiting, `${first.name}: the API is not ready yet`);
  const others = servers.filter((one) => one !== first);
  if (others.length === 0) return first;
  await makeWayForFresh(first, others);
  const token = await first.text(serverToken());
  const join = `https://${first.parts.machine.privateAddress}:6443`;
  for (const one of others) {
    waiting(`${one.name} joins`);
    await one.installServer({ addresses, join, token });
    await one.until(readyz(), READY_MS, waiting, `${one.name}: the API is not ready yet`);
  }
  return first;
}

/** The first whose API is ready; one that cannot even be reached keeps nobody from the others. */
export async function firstThatAnswers(servers: readonly Machine[]): Promise<Machine | undefined> {
  for (const one of servers) if (await isReady(one)) return one;
  return undefined;
}

async function isReady(server: Machine): Promise<boolean> {
  try {
    return (await server.try(readyz())).code === 0;
  } catch (error) {
    if (error instanceof Ca3Error && error.code === "CA3_REMOTE") return false;
    throw error;
  }
}
