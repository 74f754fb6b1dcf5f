import { Ca3Error } from "../../support/errors.ts";
import type { KubeClient } from "../client/client.ts";
import { resources } from "../client/resource.ts";
import { deleteObject } from "../client/write.ts";
import { cordon, type DrainWish, drain, uncordon } from "./drain.ts";
import { giveUpClaims, localVolumes, removeVolumes } from "./local-volumes.ts";
import { type NodeFacts, nodeFacts } from "./node-facts.ts";

const FORGOTTEN_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 500;

/** The nodes of a cluster, as what changes machines has to treat them. Every method can be repeated. */
export class NodeKeeper {
  constructor(
    private readonly client: KubeClient,
    private readonly signal: AbortSignal,
  ) {}

  async nodes(): Promise<readonly NodeFacts[]> {
    const { objects } = await this.client.list(resources.nodes, {}, this.signal);
    return objects.map(nodeFacts);
  }

  /** The claims whose data is on the node's disk alone: `namespace/name (size)`. */
  async localData(node: string): Promise<readonly string[]> {
    const volumes = await localVolumes(this.client, node, this.signal);
    return volumes.map(({ claim, size }) => `${claim} (${size})`);
  }

  /** No new pods are placed there; the node carries `reason` until it is uncordoned. */
  cordon(node: string, reason: string): Promise<void> {
    return cordon(this.client, node, reason, this.signal);
  }

  uncordon(node: string): Promise<void> {
    return uncordon(this.client, node, this.signal);
  }

  /** Moves all pods elsewhere. With `giveUpData`, what is on the node's disk is claimed anew where they go. */
  async drain(node: string, options: DrainWish): Promise<void> {
    const { signal } = this;
    if (options.giveUpData)
      await giveUpClaims(this.client, await localVolumes(this.client, node, signal), signal);
    await drain(this.client, node, { ...options, signal });
  }

  /** The cluster knows of the node no more, nor of what was on its disk. Waits until that is so. */
  async forget(node: string): Promise<void> {
    const { client, signal } = this;
    const ref = { apiVersion: "v1", kind: "Node", name: node };
    const volumes = await localVolumes(client, node, signal);
    await deleteObject(client.http, resources.nodes, { name: node }, { propagation: "Background", signal });
    const untilMs = client.clock.now() + FORGOTTEN_WITHIN_MS;
    while ((await client.get(ref, signal)) !== undefined) {
      if (client.clock.now() >= untilMs)
        throw new Ca3Error("CA3_DRAIN", `${node} is still a node after ${FORGOTTEN_WITHIN_MS / 1000} s`, {
          hint: `ca3 kubectl -- get node ${node} -o yaml shows which finalizer keeps it`,
        });
      await client.clock.sleep(LOOK_EVERY_MS, signal);
      signal.throwIfAborted();
    }
    await removeVolumes(client, volumes, signal);
  }
}
