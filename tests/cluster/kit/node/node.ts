import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { KubeClient } from "../../../../src/k8s/client/client.ts";
import { openHttp } from "../../../../src/k8s/client/open.ts";
import { at, conditionOf } from "../../../../src/k8s/live-object.ts";
import { systemClock } from "../../../../src/support/clock.ts";
import { type ApiServer, startApiServer } from "../api-server.ts";
import { makeArchive, nodeRecipes } from "../images/archives.ts";
import { program } from "../programs.ts";
import { addons } from "./addons/all.ts";
import { type Enclosure, startEnclosure } from "./enclosure.ts";
import { NODE_NAME, startKubelet } from "./kubelet.ts";
import { startRuntime } from "./runtime.ts";
import { requireNode, sweep } from "./sweep.ts";

/** A whole Kubernetes on one node: pods run, find each other by name, have volumes, and are scaled. */
export type ClusterNode = AsyncDisposable & {
  readonly api: ApiServer;
  readonly enclosure: Enclosure;
  /** As somebody who may do everything. */
  readonly client: KubeClient;
  readonly kubeconfig: string;
  /** Takes images in from archives of this machine. */
  load(archives: readonly string[]): Promise<void>;
  /** What the parts of the node said last, for a test that fails. */
  lastWords(): string;
};

/** Boots it in half a minute, once its programs are built. Needs root and packages, and says which are missing. */
export async function startNode(): Promise<ClusterNode> {
  requireNode();
  await sweep();
  const kube = await program("kube");
  const folder = mkdtempSync(join(tmpdir(), "ca3-node-"));
  const ends: AsyncDisposable[] = [];
  const end = async () => {
    for (const one of ends) await one[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const archives = Promise.all(nodeRecipes.map((recipe) => makeArchive(join(folder, "archives"), recipe)));
    archives.catch(() => {});
    const enclosure = await startEnclosure(folder, dirname(kube));
    // What runs inside ends with it, all at once, and has only its logs to remove afterwards.
    ends.push(enclosure);
    const runtime = await startRuntime(enclosure);
    ends.push(runtime.service);
    const api = await startApiServer({ node: enclosure, controllers: true });
    ends.unshift(api);
    const { kubeconfig } = api;
    const connection = {
      ...{ kubeconfig, context: undefined, requestTimeoutMs: 20_000 },
      ...{ cwd: "/", home: undefined },
    };
    const client = new KubeClient(openHttp({ ...connection, clock: systemClock }), systemClock);
    await runtime.load(await archives);
    const services = await startKubelet(enclosure, api, runtime);
    ends.push(...services);
    for (const object of addons) await client.apply(object);
    await until("node is not ready", async () => {
      const node = await client.get({ apiVersion: "v1", kind: "Node", name: NODE_NAME });
      return node !== undefined && conditionOf(node, "Ready")?.status === "True";
    });
    await until("names cannot be looked up", async () => {
      const dns = { apiVersion: "apps/v1", kind: "Deployment", namespace: "kube-system", name: "coredns" };
      return at(await client.get(dns), "status", "readyReplicas") === 1;
    });
    return {
      ...{ api, enclosure, client, kubeconfig, load: runtime.load },
      lastWords: () =>
        [runtime.service, ...services].map((service) => service.output().slice(-2000)).join("\n---\n"),
      [Symbol.asyncDispose]: end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

async function until(otherwise: string, holds: () => Promise<boolean>, timeoutMs = 120_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`after ${timeoutMs / 1000} s the ${otherwise}`);
    await Bun.sleep(100);
  }
}
