import { afterAll, afterEach, beforeEach } from "bun:test";
import { startMoto } from "../services/moto.ts";
import { withService } from "../services/require.ts";
import { Emulator } from "./emulator.ts";
import { K3S_SHA256, type RunOptions, runOn, startReleases, VERSION } from "./fleet-rig.ts";
import type { Net } from "./net.ts";
import { processAt } from "./rig.ts";
import { Hosts } from "./world.ts";

export type Fleet = {
  readonly emulator: Emulator;
  /** Of the test that runs. */
  readonly hosts: Hosts;
  readonly k3s: Readonly<Record<string, unknown>>;
  run(cluster?: Record<string, unknown>, options?: RunOptions): ReturnType<typeof runOn>;
  /** The machine of a node goes for good, as AWS may let it. */
  lose(node: string): Promise<string>;
};

/** Tests on hosts, with an empty account and no hosts at the beginning of each. */
export const onHosts = (net: Net | Error, suite: (fleet: Fleet) => void): Promise<void> =>
  withService("moto", startMoto, (moto) => {
    const emulator = new Emulator(moto);
    const releases = startReleases();
    const k3s = {
      ...{ version: VERSION, sha256: K3S_SHA256 },
      url: releases.at(net instanceof Error ? "127.0.0.1" : `${net.prefix}.1`),
    };
    let hosts: Hosts;
    beforeEach(async () => {
      await emulator.reset();
      hosts = new Hosts(net instanceof Error ? undefined : net);
      emulator.world = hosts;
    });
    afterEach(() => hosts.end());
    afterAll(async () => {
      await releases.stop(true);
      if (!(net instanceof Error)) await net[Symbol.asyncDispose]();
    });
    suite({
      emulator,
      k3s,
      get hosts() {
        return hosts;
      },
      run: (cluster = {}, options = {}) => runOn(emulator, hosts, { k3s, ...cluster }, options),
      async lose(node) {
        await using aws = emulator.session();
        const one = processAt(aws.url);
        const { id } = (await one.site.refresh()).nodes.find(({ name }) => name === node)!;
        await hosts.kill(id);
        await one.cloud.terminateNodes([id]);
        one.close();
        return id;
      },
    });
  });
