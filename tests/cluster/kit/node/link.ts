import { networkInterfaces } from "node:os";

export type Link = {
  /** Of the end on this machine. */
  readonly name: string;
  readonly here: string;
  readonly node: string;
};

/** A network of two addresses that nobody uses, out of the upper half of those that are set aside for measurements. */
export async function freeLink(): Promise<Link> {
  const taken = new Set(
    Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address)),
  );
  for (let tries = 0; tries < 100; tries++) {
    const at = 4 * Math.floor(Math.random() * 2 ** 14);
    const address = (last: number) => `198.19.${(at + last) >> 8}.${(at + last) & 255}`;
    if (!taken.has(address(1))) return { name: `ca3n${at.toString(16)}`, here: address(1), node: address(2) };
  }
  throw new Error("no network is free for a node");
}
