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
