import type { ClusterSettings } from "../../provision/config.ts";
import type { Leaving } from "../../provision/plan/leave.ts";
import { hourlyUsd } from "../../provision/plan/prices.ts";
import { findLeaving, leaveCluster } from "../../provision/run/leave.ts";
import type { TakeOutWish } from "../../provision/run/take-out.ts";
import { checkAccount } from "../../provision/survey.ts";
import { agree } from "../agree.ts";
import type { Context } from "../command.ts";
import { kubeOpener } from "./kube.ts";
import { openCloudFor } from "./open.ts";
import { fleetOf, kubeOf } from "./reach.ts";
import { lockOptions, openRun, toItsEnd } from "./run.ts";

export type LeaveCommand = {
  readonly names: readonly string[];
  readonly uid: string | undefined;
  readonly yes: boolean;
  readonly lockWait: string;
  readonly output: "text" | "ndjson";
  readonly wish: TakeOutWish;
};

/** Says what would go, asks, and takes the nodes out. Answers with the exit code. */
export async function leaveNodes(
  context: Context,
  settings: ClusterSettings,
  { names, uid, yes, lockWait, output, wish }: LeaveCommand,
): Promise<number> {
  const { io, interrupted, env } = context;
  const { name: cluster } = settings;
  const again = `ca3 leave ${names.join(" ")}`;
  const cloud = await openCloudFor(settings);
  const parts = { cloud, io, cluster, uid, output, signal: interrupted, command: again, env };
  try {
    await checkAccount(cloud, settings);
    const { site, steps, log } = openRun(parts);
    const fleet = await fleetOf(context, settings, await site.refresh(), { without: names });
    try {
      const kube = await kubeOf(fleet, kubeOpener(cluster, interrupted), interrupted);
      const leaving = await findLeaving(site, names, kube.nodes);
      if (leaving.length === 0) {
        io.note(`${names.join(", ")} ${names.length === 1 ? "has" : "have"} left already`);
        return 0;
      }
      for (const one of leaving) io.note(`  - ${describe(one)}`);
      if (!yes) await agree(io, "Remove this, and terminate the machine?", `${again} --yes`);
      try {
        const lock = lockOptions(again, lockWait, context);
        await toItsEnd(parts, log, () =>
          leaveCluster(site, names, steps, { ...wish, lock, kube: kube.nodes }),
        );
      } finally {
        await kube.close();
      }
      for (const { name } of leaving) io.note(adviceFor(name, settings));
      return 0;
    } finally {
      await fleet.access.close();
    }
  } finally {
    io.status("");
    cloud.close();
  }
}

function describe({ name, machine, node }: Leaving): string {
  if (machine === undefined)
    return node === undefined ? `${name}, what is left of it` : `${name}, whose machine is gone`;
  const { id, type, state } = machine;
  return state === "running"
    ? `${name} (${id}), ${type}, $${(hourlyUsd[type] ?? 0).toFixed(4)} an hour`
    : `${name} (${id}), ${type}, which is ${state}`;
}

/** Which line of `ca3.yaml` keeps the node away. */
function adviceFor(node: string, { workers }: ClusterSettings): string {
  const pool = workers.find(
    ({ name }) => node.startsWith(`${name}-`) && /^\d+$/.test(node.slice(name.length + 1)),
  );
  if (pool === undefined) return `the next ca3 provision creates ${node} again`;
  const number = Number(node.slice(pool.name.length + 1));
  if (number > pool.count) return `${node} is gone, as ca3.yaml has it`;
  return number === pool.count
    ? `now set count: ${pool.count - 1} for the pool ${pool.name} in ca3.yaml; else the next ca3 provision creates ${node} again`
    : `the next ca3 provision creates ${node} again: the pool ${pool.name} has ${pool.count} nodes in ca3.yaml`;
}
