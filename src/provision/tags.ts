import { createHash } from "node:crypto";
import type { Component, NodeWant, Tags } from "./model.ts";

/** The tags are the only state: everything that exists says by them whose it is and what. */
export const tag = {
  cluster: "ca3:cluster",
  /** Random, made with the VPC, so that two clusters of one name never mix. */
  uid: "ca3:uid",
  component: "ca3:component",
  /** Name of a node; also on its address. */
  node: "ca3:node",
  /** Hash of what cannot be changed without a new machine. */
  spec: "ca3:spec",
  /** Counts the machines that a node has had. */
  generation: "ca3:generation",
  /** Host key that the machine is known by, and the one that it is about to have. */
  hostKey: "ca3:hostkey",
  nextHostKey: "ca3:hostkey-next",
  version: "ca3:version",
  protect: "ca3:protect",
} as const;

export type Owner = { readonly cluster: string; readonly uid: string; readonly extra: Tags };

/** The tags of one part, given in the call that creates it, so that nothing of ours is ever without them. */
export function tagsFor(owner: Owner, component: Component, more: Tags = {}): Tags {
  const name = more[tag.node] ?? component;
  return {
    ...owner.extra,
    Name: `${owner.cluster}-${name}`,
    [tag.cluster]: owner.cluster,
    [tag.uid]: owner.uid,
    [tag.component]: component,
    ...more,
  };
}

/**
 * What makes one machine another when it changes; two machines with the same hash are of one kind. The newest image is
 * another one every few weeks, which is no reason to replace what runs.
 */
export function specHash({ type, imageId, imagePinned, diskGb, spot, role }: NodeWant): string {
  const parts = [type, imagePinned ? imageId : "newest", diskGb, spot, role];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 12);
}

/**
 * Idempotency token of the call that makes a machine: within a day the same token never makes a second one. At most 64
 * ASCII characters. Source: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
 */
export const clientToken = (uid: string, node: string, generation: number, spec: string): string =>
  createHash("sha256").update([uid, node, generation, spec].join("|")).digest("hex");

/** Control planes are `cp-1` and so on; every other node is a worker of the group that its name begins with. */
export const isControl = ({ name }: { readonly name: string }): boolean => name.startsWith("cp-");

/** Host name of a node. */
export const hostName = (cluster: string, node: string): string => `${cluster}-${node}`;
