import { clusterSettings } from "../../k8s/client/config.ts";
import type { HelmCli } from "../../k8s/helm/cli.ts";
import type { Surroundings } from "../config-file.ts";
import { configured } from "../configured.ts";

/** The helm on PATH, for clusters that have no Helm controller; nothing when there is none. */
export async function helmOnPath(around: Surroundings): Promise<HelmCli | undefined> {
  const program = Bun.which("helm", { PATH: around.env["PATH"] ?? "" });
  if (program === null) return undefined;
  const { kubeconfig, context } = await configured(clusterSettings, around);
  const { helmCli } = await import("../../k8s/helm/cli.ts");
  return helmCli(program, { kubeconfig, context, cwd: around.cwd });
}
