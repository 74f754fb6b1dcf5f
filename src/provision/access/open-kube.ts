import type { Duplex } from "node:stream";
import type { KubeNodes } from "../kube.ts";

/** What the control plane hands over: its kubeconfig, and a way to any address that it can reach itself. */
export type KubeApi = {
  readonly kubeconfig: string;
  readonly forward: (host: string, port: number) => Promise<Duplex>;
};

export type OpenKube = { readonly nodes: KubeNodes; close(): Promise<void> };

/** Makes a client of it; whoever starts a run brings this, since the client lives in another room. */
export type KubeOpener = (api: KubeApi) => OpenKube;
