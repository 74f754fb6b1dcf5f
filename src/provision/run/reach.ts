import { Ca3Error } from "../../support/errors.ts";
import type { Seen, SeenNode } from "../model.ts";
import { addressOf } from "../plan/nodes.ts";
import type { Reached } from "../ssh/fleet-access.ts";
import { isControl, tag } from "../tags.ts";

/** Where SSH answers, when that is not port 22 of the address that AWS tells. */
export type EndpointOf = (machine: SeenNode) => { readonly host: string; readonly port: number };

export const publicAddressOf = (machine: SeenNode, seen: Seen): string | undefined =>
  addressOf(seen, machine.name)?.address ?? machine.publicAddress;

/** The way to a machine as AWS and its tags tell it: control planes from outside, workers from the first of them. */
export function reachable(machine: SeenNode, seen: Seen, user: string, endpointOf?: EndpointOf): Reached {
  const known = isControl(machine) ? publicAddressOf(machine, seen) : machine.privateAddress;
  const { host, port } = endpointOf?.(machine) ?? { host: known, port: 22 };
  if (host === undefined)
    throw new Ca3Error("CA3_REMOTE", `${machine.name} has no address yet`, {
      hint: "run the same command again",
    });
  const { name, tags } = machine;
  const hostKeys = [tags[tag.hostKey], tags[tag.nextHostKey]].filter((key) => key !== undefined);
  return { name, host, port, user, hostKeys, behindJump: !isControl(machine) };
}
