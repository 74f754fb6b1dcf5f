import { copyFileSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { resources } from "../../src/k8s/client/resource.ts";
import { systemClock } from "../../src/support/clock.ts";
import { setStatus } from "../k8s/open.ts";
import { Emulator } from "../provision/emulator.ts";
import { standInK3s } from "../provision/metal/k3s.ts";
import { type Net, openNet } from "../provision/net.ts";
import { Hosts } from "../provision/world.ts";
import { type Moto, startMoto } from "../services/moto.ts";
import { NODE_PORT } from "./kit/api-place.ts";
import { NODE_NAME, NODE_RELEASE } from "./kit/node/kubelet.ts";
import type { ClusterNode } from "./kit/node/node.ts";
import { program } from "./kit/programs.ts";

/** What an account of AWS is made of here: who answers for EC2, and the network that its machines get. */
export type Grounds = AsyncDisposable & { readonly moto: Moto; readonly net: Net };

export async function openGrounds(): Promise<Grounds> {
  const net = await openNet();
  try {
    const moto = await startMoto();
    return {
      ...{ moto, net },
      async [Symbol.asyncDispose]() {
        await moto[Symbol.asyncDispose]();
        await net[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await net[Symbol.asyncDispose]();
    throw error;
  }
}

/** An empty account. The first control plane that is started in it is the node: what stands for K3s there has its API. */
export type Account = AsyncDisposable & {
  readonly hosts: Hosts;
  /** Where EC2 is asked. */
  readonly url: string;
  /** Settings of a cluster that is made here. */
  readonly cluster: { readonly network: object; readonly k3s: object };
};

export async function openAccount(node: ClusterNode, { moto, net }: Grounds): Promise<Account> {
  const emulator = new Emulator(moto);
  await emulator.reset();
  const hosts = new Hosts(net);
  const api = await lendApi(node, join(hosts.folder, "api.sock"));
  const kubeconfig = node.api.configFor("k3s.yaml", { server: `https://127.0.0.1:${NODE_PORT}` });
  copyFileSync(kubeconfig, join(hosts.folder, "admin.yaml"));
  writeFileSync(join(hosts.folder, `kubelet-${NODE_NAME}`), "");
  // its certificate has to know the addresses of the machine before anybody asks there
  const known = Promise.withResolvers<void>();
  hosts.plans.set("cp-1", { after: known.promise });
  emulator.world = {
    prefix: hosts.prefix,
    started(machine) {
      hosts.started(machine);
      if (machine.node === "cp-1")
        known.resolve(node.api.answerAs([machine.publicAddress!, machine.privateAddress]));
    },
    ended: (ids) => hosts.ended(ids),
  };
  const aws = emulator.session();
  const k3s = standInK3s(NODE_RELEASE, await program("kube"));
  const releases = Bun.serve({
    ...{ port: 0, hostname: `${net.prefix}.1` },
    fetch: () => new Response(k3s.text),
  });
  const beating = beatFor(node);
  return {
    ...{ hosts, url: aws.url },
    cluster: {
      network: { admins: [`${net.prefix}.0/24`], whoAmI: "none" },
      k3s: {
        ...{ version: NODE_RELEASE, sha256: k3s.sha256 },
        url: `http://${net.prefix}.1:${releases.port}`,
      },
    },
    async [Symbol.asyncDispose]() {
      await beating[Symbol.asyncDispose]();
      await aws[Symbol.asyncDispose]();
      await releases.stop(true);
      await hosts.end();
      api.close();
    },
  };
}

/** The API of the node at a socket, for hosts on another network. */
function lendApi({ enclosure }: ClusterNode, path: string): Promise<Server> {
  const server = createServer((near) => {
    const far = connect(NODE_PORT, enclosure.address);
    near.pipe(far).pipe(near);
    const end = () => [near, far].forEach((one) => void one.destroy());
    for (const one of [near, far]) one.on("error", end).on("close", end);
  });
  return new Promise((resolve) => server.listen(path, () => resolve(server)));
}

const BEAT_MS = 5_000;

/** Says of nodes that have no kubelet that they live and are well, again and again, as one does. */
function beatFor({ client }: ClusterNode): AsyncDisposable {
  const beat = async () => {
    const { objects } = await client.list(resources.nodes);
    const now = new Date().toISOString();
    for (const node of objects.filter(({ metadata }) => metadata.name !== NODE_NAME)) {
      const { name } = node.metadata;
      await client.apply({
        ...{ apiVersion: "coordination.k8s.io/v1", kind: "Lease" },
        metadata: { namespace: "kube-node-lease", name },
        spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: now.replace("Z", "000Z") },
      });
      const ready = { type: "Ready", status: "True", reason: "KubeletReady", lastHeartbeatTime: now };
      await setStatus(client, node, { conditions: [ready] });
    }
  };
  const stop = new AbortController();
  const beating = (async () => {
    while (!stop.signal.aborted) {
      await beat().catch(() => {});
      await systemClock.sleep(BEAT_MS, stop.signal);
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await beating;
    },
  };
}
