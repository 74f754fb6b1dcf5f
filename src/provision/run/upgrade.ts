import type { NodeFacts } from "../../k8s/nodes/node-facts.ts";
import type { Clock } from "../../support/clock.ts";
import { Ca3Error } from "../../support/errors.ts";
import type { KubeNodes } from "../kube.ts";
import type { Found, SeenNode } from "../model.ts";
import { planUpgrade, staleReleases, UPGRADING, type UpgradeStep } from "../plan/upgrade.ts";
import { hostName, isControl, tag } from "../tags.ts";
import type { Site } from "./site.ts";
import type { Steps } from "./steps.ts";

const READY_WITHIN_MS = 5 * 60_000;
const LOOK_EVERY_MS = 2_000;

export type UpgradeWish = {
  /** Nodes are drained first; otherwise containers keep running while K3s restarts. */
  readonly drain: boolean;
  readonly withinMs: number;
  readonly force: boolean;
};

export const usualUpgrade: UpgradeWish = { drain: true, withinMs: 5 * 60_000, force: false };

/** What is done on a machine itself. */
export interface UpgradeMachine {
  /** On a control plane: the state of the cluster is kept as it is. */
  keepState(release: string): Promise<void>;
  /** The binary of the wanted release is there, checked by its digest. */
  putBinary(): Promise<void>;
  restart(role: NodeFacts["role"]): Promise<void>;
}

export type UpgradeParts = {
  readonly site: Site;
  readonly steps: Steps;
  readonly kube: KubeNodes;
  readonly to: string;
  readonly wish: UpgradeWish;
  readonly machineOf: (machine: SeenNode) => UpgradeMachine;
};

/**
 * Brings all nodes that have joined to one release, one after the other, control planes first. Cut off, it is gone on with:
 * a node says of itself what it runs and whether it was being worked on. Answers with how many nodes were upgraded.
 */
export async function upgradeNodes(parts: UpgradeParts): Promise<number> {
  const { site, steps, kube, to, machineOf } = parts;
  const nodes = await kube.nodes();
  const todo = planUpgrade(site.parts.cluster, site.seen.nodes, nodes, to);
  if (todo.some(({ node, from }) => node.role === "control" && from !== to))
    await steps.run("keep-state", "Save the state of the cluster", () =>
      machineOf(keeperOf(site, nodes)).keepState(to),
    );
  for (const step of todo) {
    const { name } = step.machine;
    await steps.run(`upgrade-${name}`, `${name}: ${step.from} → ${to}`, async (waiting) => {
      await upgradeOne(parts, step, waiting);
      await noteReleases(site, await kube.nodes(), to);
    });
  }
  await noteReleases(site, await kube.nodes(), to);
  return todo.length;
}

/** Always the same control plane: it knows whether a run that was cut off has kept the state of before. */
function keeperOf({ seen, parts }: Site, nodes: readonly NodeFacts[]): SeenNode {
  const joined = seen.nodes.filter(
    (one) => isControl(one) && nodes.some(({ name }) => name === hostName(parts.cluster, one.name)),
  );
  return joined.toSorted((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }))[0]!;
}

async function upgradeOne(
  { site, kube, to, wish, machineOf }: UpgradeParts,
  { machine, node, from }: UpgradeStep,
  waiting: (reason: string) => void,
): Promise<void> {
  // what a person has cordoned stays cordoned
  const ours = !node.cordoned || node.cordonedFor === UPGRADING;
  if (from !== to) {
    site.goOn();
    // cordoned even if its pods stay, so that the node says it is being worked on
    if (ours) await kube.cordon(node.name, UPGRADING);
    if (wish.drain) await drainedOrUncordoned(kube, node, ours, wish, waiting);
    site.goOn();
    waiting(`the binary of ${to}`);
    const remote = machineOf(machine);
    await remote.putBinary();
    site.goOn();
    waiting("K3s restarts");
    await remote.restart(node.role);
  }
  await untilRuns(site, kube, node.name, to, waiting);
  if (ours) await kube.uncordon(node.name);
}

/** A node that cannot be drained is uncordoned again: nothing has been changed on it. */
async function drainedOrUncordoned(
  kube: KubeNodes,
  node: NodeFacts,
  ours: boolean,
  { withinMs, force }: UpgradeWish,
  waiting: (reason: string) => void,
): Promise<void> {
  try {
    await kube.drain(node.name, { withinMs, force, waiting, lost: !node.ready, giveUpData: false });
  } catch (error) {
    if (ours && error instanceof Ca3Error && error.code === "CA3_DRAIN") await kube.uncordon(node.name);
    throw error;
  }
}

async function untilRuns(
  site: Site,
  kube: KubeNodes,
  name: string,
  to: string,
  waiting: (reason: string) => void,
): Promise<void> {
  const clock: Clock = site.clock;
  const untilMs = clock.now() + READY_WITHIN_MS;
  for (;;) {
    site.goOn();
    const seen = await kube.nodes().catch(passing);
    const node = seen instanceof Ca3Error ? undefined : seen.find((one) => one.name === name);
    if (node?.version === to && node.ready) return;
    const why =
      seen instanceof Ca3Error
        ? "the API is not back yet"
        : node?.version !== to
          ? `it reports ${node?.version ?? "no version"}`
          : `it is not Ready: ${node.why}`;
    if (clock.now() >= untilMs)
      throw new Ca3Error(
        "CA3_UPGRADE",
        `${name}, ${READY_WITHIN_MS / 60_000} min after K3s was restarted: ${why}`,
        {
          hint: `ca3 exec --node ${name} -- sudo journalctl -u 'k3s*' -n 50; then run the same command again`,
        },
      );
    waiting(why);
    await clock.sleep(LOOK_EVERY_MS, site.parts.signal);
  }
}

/** While the only control plane starts anew, nobody answers. */
function passing(error: unknown): Ca3Error {
  if (error instanceof Ca3Error && /^CA3_(KUBE_UN|REMOTE)/.test(error.code)) return error;
  throw error;
}

/**
 * Tags say what runs, so that a plan need not sign in to know. A run that was cut off just before is made good by the next.
 */
async function noteReleases(site: Site, nodes: readonly NodeFacts[], to: string): Promise<void> {
  const stale = staleReleases(site.parts.cluster, site.seen, nodes, to);
  if (stale.length === 0) return;
  await site.cloud.setTags(stale, { [tag.version]: to });
  const told = <T extends Found>(one: T): T =>
    stale.includes(one.id) ? { ...one, tags: { ...one.tags, [tag.version]: to } } : one;
  site.seen = { ...site.seen, nodes: site.seen.nodes.map(told), vpcs: site.seen.vpcs.map(told) };
}
