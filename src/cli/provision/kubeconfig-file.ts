import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** The first file of `KUBECONFIG`, else `~/.kube/config`: where kubectl would write. */
export const kubeconfigPath = (env: Readonly<Record<string, string | undefined>>): string =>
  env["KUBECONFIG"]?.split(":").find((one) => one !== "") ??
  join(env["HOME"] || homedir(), ".kube", "config");

/** The text of a kubeconfig; empty when there is no such file. */
export const readKubeconfigFile = (path: string): string =>
  existsSync(path) ? readFileSync(path, "utf8") : "";

/** As a whole or not at all, readable by this user only; what was there before is kept beside it. */
export function writeKubeconfigFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (existsSync(path)) copyFileSync(path, `${path}.before-ca3`);
  const next = `${path}.ca3-${process.pid}`;
  writeFileSync(next, text, { mode: 0o600 });
  renameSync(next, path);
}
