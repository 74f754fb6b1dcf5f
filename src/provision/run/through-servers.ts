import type { KubeOpener } from "../access/open-kube.ts";
import type { KubeNodes } from "../kube.ts";
import { readKubeconfig } from "../remote/k3s-service.ts";
import type { Machine } from "./machine.ts";
import { firstThatAnswers } from "./servers.ts";

/** Kubernetes as these control planes reach it. Answers with nothing where there is none of them. */
export async function withKube<T>(
  servers: readonly Machine[],
  openKube: KubeOpener,
  use: (kube: KubeNodes) => Promise<T>,
): Promise<T | undefined> {
  const first = (await firstThatAnswers(servers)) ?? servers[0];
  if (first === undefined) return undefined;
  const kubeconfig = await first.text(readKubeconfig());
  const { access } = first.parts;
  const kube = openKube({ kubeconfig, forward: (host, port) => access.toApi(host, port) });
  try {
    return await use(kube.nodes);
  } finally {
    await kube.close();
  }
}
