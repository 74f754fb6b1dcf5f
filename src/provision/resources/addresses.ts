import type { NodeWant, SeenNode, Want } from "../model.ts";
import { addressOf } from "../plan/nodes.ts";
import type { Site } from "../run/site.ts";
import { tag, tagsFor } from "../tags.ts";
import { ownerOf } from "./owner.ts";

/** An elastic address per control plane: it stays when the machine is stopped and started. */
export async function ensureAddress(site: Site, want: Want, { name }: NodeWant): Promise<void> {
  const owner = ownerOf(site, want);
  await site.ensure(
    "addresses",
    (seen) => addressOf(seen, name),
    { component: "address", name: `address of ${name}` },
    () => site.cloud.allocateAddress(tagsFor(owner, "address", { [tag.node]: name })),
  );
}

/** Gives the machine its address once it runs. */
export async function associateAddress(site: Site, machine: SeenNode): Promise<void> {
  const address = addressOf(site.seen, machine.name);
  if (address === undefined || address.instanceId === machine.id) return;
  site.goOn();
  await site.cloud.associateAddress(address.id, machine.id);
}
