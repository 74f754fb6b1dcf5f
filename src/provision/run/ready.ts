import { Ca3Error } from "../../support/errors.ts";
import { listNodes } from "../remote/k3s-service.ts";
import type { Machine, Waiting } from "./machine.ts";

export const READY_MS = 5 * 60_000;
const LOOK_EVERY_MS = 2_000;

/** A node as `kubectl get nodes` lists it; only what is looked at. */
export type ListedNode = {
  readonly metadata: { readonly name: string };
  readonly status: {
    readonly conditions: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
    readonly nodeInfo: { readonly kubeletVersion: string };
  };
};

/** Why each of these nodes is not Ready, in words; empty when all are. */
export function notReady({ items }: { items: readonly ListedNode[] }, names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const node = items.find((one) => one.metadata.name === name);
    if (node === undefined) return [`${name} has not joined`];
    const ready = node.status.conditions.find(({ type }) => type === "Ready");
    return ready?.status === "True"
      ? []
      : [`${name} is not Ready${ready?.message ? `: ${ready.message}` : ""}`];
  });
}

/** Asks on a control plane until all these nodes are Ready. Throws CA3_REMOTE with what is not after five minutes. */
export async function untilReady(server: Machine, names: readonly string[], waiting: Waiting): Promise<void> {
  const { site } = server.parts;
  const untilMs = site.clock.now() + READY_MS;
  for (;;) {
    site.goOn();
    const late = notReady(await server.json<{ items: readonly ListedNode[] }>(listNodes()), names);
    if (late.length === 0) return;
    const text = late.join(", ");
    if (site.clock.now() >= untilMs)
      throw new Ca3Error("CA3_REMOTE", `after ${READY_MS / 60_000} min: ${text}`, { hint: "ca3 status" });
    waiting(text);
    await site.clock.sleep(LOOK_EVERY_MS, site.parts.signal);
  }
}
