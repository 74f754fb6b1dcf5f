import { createHash } from "node:crypto";
import { planCluster } from "../../src/provision/plan/plan.ts";
import { sshFleet } from "../../src/provision/run/fleet.ts";
import type { ProgressEvent } from "../../src/provision/run/progress.ts";
import { provisionCluster } from "../../src/provision/run/provision.ts";
import { Steps } from "../../src/provision/run/steps.ts";
import type { Patience } from "../../src/provision/ssh/connection.ts";
import { localFile } from "../../src/provision/ssh/local-file.ts";
import type { Emulator } from "./emulator.ts";
import { kubeOfFiles } from "./file-kube.ts";
import { K3S, k3sOf, VERSION } from "./k3s-stand-in.ts";
import { fastClock, processAt, settingsOf } from "./rig.ts";
import type { Hosts } from "./world.ts";

export const sha256Of = (text: string) => createHash("sha256").update(text).digest("hex");
export const K3S_SHA256 = sha256Of(K3S);
export { VERSION };

/** A place to download K3s from, as a mirror of its releases; it says what it was asked for. */
export function startReleases() {
  const asked: string[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "0.0.0.0",
    fetch: ({ url }) => {
      const path = decodeURIComponent(new URL(url).pathname);
      asked.push(path);
      return new Response(k3sOf(path.split("/").at(-2) ?? VERSION));
    },
  });
  return Object.assign(server, { asked, at: (address: string) => `http://${address}:${server.port}` });
}

export type RunOptions = {
  /** How many times as fast time passes. */
  readonly times?: number;
  readonly patience?: Patience;
  /** Told of everything as it happens. */
  readonly on?: (event: ProgressEvent) => void;
  readonly stop?: AbortSignal;
};

/** One run of ca3 on the hosts, from beginning to end. */
export async function runOn(
  emulator: Emulator,
  hosts: Hosts,
  cluster: Record<string, unknown>,
  { times = 20, patience, on = () => {}, stop }: RunOptions = {},
) {
  await using aws = emulator.session();
  const run = processAt(aws.url, cluster, fastClock(times));
  stop?.addEventListener("abort", () => run.stopping.abort(), { once: true });
  const settings = settingsOf(cluster);
  const { want, seen } = await run.survey();
  const steps = new Steps(run.site.clock, (event) => {
    run.events.push(event);
    on(event);
  });
  // without a network of their own, hosts answer on ports that are known once they have started
  let ports: Awaited<ReturnType<Hosts["ports"]>> | undefined;
  const fleet = sshFleet({
    ...{ site: run.site, settings, want, signIn: hosts.signIn },
    // each run reads files anew
    openFile: (path) => localFile(path),
    openKube: () => ({ nodes: kubeOfFiles(hosts.folder), close: async () => {} }),
    ...(patience ? { patience } : {}),
    ...(hosts.net ? {} : { endpointOf: (machine) => ports!(machine) }),
  });
  const whenUp: typeof fleet = {
    ...fleet,
    bringUp: async (...of) => {
      if (!hosts.net) ports = await hosts.ports();
      await fleet.bringUp(...of);
    },
  };
  const lock = { by: "suite", command: "test", waitMs: 60_000 };
  try {
    if (!hosts.net && seen.nodes.length > 0) ports = await hosts.ports();
    await provisionCluster(run.site, want, steps, { lock, fleet: whenUp });
    const now = await run.site.refresh();
    return { seen: now, plan: planCluster(want, now), events: run.events, calls: aws.calls, said: aws.said };
  } finally {
    await fleet.close();
    run.close();
  }
}
