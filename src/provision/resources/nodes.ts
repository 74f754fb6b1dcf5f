import { Ca3Error } from "../../support/errors.ts";
import type { GroupName, NodeWant, Seen, SeenNode, Want } from "../model.ts";
import { nodesNamed } from "../plan/nodes.ts";
import { cloudConfig } from "../remote/cloud-init.ts";
import type { Site } from "../run/site.ts";
import { newKeyPair } from "../ssh/keys.ts";
import { clientToken, hostName, specHash, tag, tagsFor } from "../tags.ts";
import { failureOfCause } from "./outcome.ts";
import { ownerOf } from "./owner.ts";

export type Place = {
  readonly subnetId: string;
  readonly groupIds: Readonly<Record<GroupName, string>>;
  readonly keyName: string;
};

/** A machine may take its time from `pending` to `running`. */
const RUNS_WITHIN_MS = 5 * 60_000;
const LOOK_EVERY_MS = 2_000;
/** How many machines of which AWS shows nothing a node may have had before something must be wrong. */
const GENERATIONS = 20;

/** Starts every machine that is wanted and not there, all at once, since they boot side by side. */
export async function ensureNodes(site: Site, want: Want, place: Place): Promise<void> {
  const missing = want.nodes.filter(({ name }) => nodesNamed(site.seen, name).length === 0);
  const ended = missing.length === 0 ? [] : await endedOf(site);
  const results = await Promise.allSettled(missing.map((node) => start(site, want, node, place, ended)));
  const failed = results.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
}

/**
 * The token of the call names cluster, node, generation and kind, so that within a day the same machine comes back when
 * the call is made again. A run that was killed in between has made another host key: AWS then says that the parameters
 * differ, which proves that the first call went through, and the machine is found by its tags.
 */
async function start(
  site: Site,
  want: Want,
  node: NodeWant,
  place: Place,
  ended: readonly Had[],
): Promise<void> {
  const owner = ownerOf(site, want);
  const spec = specHash(node);
  const find = (seen: Seen) => nodesNamed(seen, node.name)[0];
  const first = nextGeneration([...site.seen.nodes, ...ended], node.name);
  for (let generation = first; generation < first + GENERATIONS; generation++) {
    const hostKey = newKeyPair(hostName(want.cluster, node.name));
    const machine = {
      node,
      token: clientToken(owner.uid, node.name, generation, spec),
      subnetId: place.subnetId,
      groupId: place.groupIds[node.role],
      keyName: place.keyName,
      userData: cloudConfig({ hostName: hostName(want.cluster, node.name), hostKey }),
      tags: tagsFor(owner, "node", {
        [tag.node]: node.name,
        [tag.spec]: spec,
        [tag.generation]: String(generation),
        [tag.hostKey]: hostKey.publicKey,
        [tag.version]: want.k3sVersion,
      }),
    };
    try {
      await site.ensure("nodes", find, { component: "node", name: node.name }, async () => {
        const started = await site.cloud.startNode(machine);
        if (isEnding(started.state)) throw new EndedError();
        return started;
      });
      return;
    } catch (error) {
      if (error instanceof EndedError) continue;
      if (failureOfCause(error) !== "IdempotentParameterMismatch") throw error;
      if ((await site.appears(find, LOOK_EVERY_MS * 5)) !== undefined) return;
    }
  }
  throw new Ca3Error("CA3_CLOUD_CONFLICT", `${node.name} has had ${GENERATIONS} machines`, {
    hint: "find out in EC2 what terminates them",
  });
}

/** The token belongs to a machine that is gone. */
class EndedError extends Error {}

const isEnding = (state: string) => state === "shutting-down" || state === "terminated";

type Had = Pick<SeenNode, "name" | "tags">;

/** As far as AWS still shows them: each of their tokens would be tried in vain, and waited for. */
const endedOf = async (site: Site): Promise<readonly Had[]> =>
  (await site.cloud.ended(site.parts.cluster)).filter(({ tags }) => tags[tag.uid] === site.uid);

function nextGeneration(machines: readonly Had[], name: string): number {
  const had = machines
    .filter((node) => node.name === name)
    .map(({ tags }) => Number(tags[tag.generation]) || 0);
  return Math.max(0, ...had) + 1;
}

/** Waits until all these machines run, and names the one that is waited for. */
export async function untilRunning(
  site: Site,
  names: readonly string[],
  waiting: (reason: string) => void,
): Promise<readonly SeenNode[]> {
  const untilMs = site.clock.now() + RUNS_WITHIN_MS;
  for (;;) {
    site.goOn();
    const machines = names.map((name) => ({ name, machine: nodesNamed(site.seen, name)[0] }));
    const late = machines.filter(({ machine }) => machine?.state !== "running");
    if (late.length === 0) return machines.map(({ machine }) => machine!);
    const text = late.map(({ name, machine }) => `${name} is ${machine?.state ?? "not there"}`).join(", ");
    if (site.clock.now() >= untilMs)
      throw new Ca3Error("CA3_CLOUD_UNAVAILABLE", `${text} after ${RUNS_WITHIN_MS / 60_000} min`, {
        hint: "look at the machine in EC2; then run the same command again",
      });
    waiting(text);
    await site.clock.sleep(LOOK_EVERY_MS, site.parts.signal);
    await site.refresh();
  }
}
