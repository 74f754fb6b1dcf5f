import { existsSync, readFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { Ca3Error } from "../../../support/errors.ts";
import { type Kubeconfig, mergeKubeconfigs, parseKubeconfig } from "./parse.ts";

/** Where K3s writes the kubeconfig of its server. */
const K3S = "/etc/rancher/k3s/k3s.yaml";

/**
 * The kubeconfig that is meant: the files of `wanted` joined by the system's path delimiter, else `~/.kube/config`.
 * Of several files, those that do not exist are passed over. Throws CA3_KUBE_CONFIG when there is nothing to read.
 */
export function loadKubeconfig(
  wanted: string | undefined,
  around: { readonly cwd: string; readonly home: string | undefined },
): Kubeconfig {
  const asked = wanted?.split(delimiter).filter((path) => path !== "") ?? [];
  const usual = around.home === undefined ? [] : [join(around.home, ".kube", "config")];
  const paths = asked.length > 0 ? asked : usual;
  const found = paths.filter((path) => existsSync(resolve(around.cwd, path)));
  if (found.length === 0) throw missing(paths);
  return mergeKubeconfigs(found.map((path) => parseKubeconfig(readText(path, around.cwd), path)));
}

function readText(path: string, cwd: string): string {
  try {
    return readFileSync(resolve(cwd, path), "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Ca3Error("CA3_KUBE_CONFIG", `cannot read the kubeconfig ${path}: ${code ?? error}`, {
      cause: error,
      ...(code === "EACCES" ? { hint: `run as a user who may read ${path}, or copy it` } : {}),
    });
  }
}

function missing(paths: readonly string[]): Ca3Error {
  const where = paths.length === 0 ? "" : `: ${paths.join(", ")} does not exist`;
  const k3s = existsSync(K3S) && !paths.includes(K3S);
  return new Ca3Error("CA3_KUBE_CONFIG", `there is no kubeconfig${where}`, {
    hint: k3s ? `pass --kubeconfig ${K3S}` : "pass --kubeconfig FILE, or set KUBECONFIG",
  });
}
