import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ca3Error } from "../../support/errors.ts";
import { runProgramToEnd } from "../../support/exec.ts";
import { printable } from "../../support/format.ts";
import { textAt } from "../live-object.ts";
import type { KubeObject } from "../object.ts";
import { CONFIG_LABEL, configOf, releasePlace } from "./release.ts";

export type InstallOptions = {
  /** Contents of further files of values, the last one counts most. */
  readonly more: readonly string[];
  /** Waits until what runs pods is ready, so long at most, ms; absent does not wait. */
  readonly waitMs?: number;
  readonly signal: AbortSignal;
};

/** Helm on this machine, for clusters without a controller that does it. */
export type HelmCli = {
  /** Installs or changes a release so that it is what a HelmChart object says. Throws CA3_KUBE_NOT_READY with Helm's words. */
  install(chart: KubeObject, options: InstallOptions): Promise<void>;
  uninstall(place: { readonly namespace: string; readonly name: string }, signal: AbortSignal): Promise<void>;
};

export type HelmOptions = {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly cwd: string;
};

const LONGEST_MS = 1_800_000;
const SAID = 400;

/** The helm at this path, in the cluster that the settings name. */
export function helmCli(program: string, { kubeconfig, context, cwd }: HelmOptions): HelmCli {
  const run = async (what: string, words: readonly string[], signal: AbortSignal): Promise<void> => {
    const { code, stderr, timedOut } = await runProgramToEnd(
      [program, ...words, ...(context === undefined ? [] : ["--kube-context", context])],
      {
        ...{ cwd, signal, timeoutMs: LONGEST_MS },
        ...(kubeconfig === undefined ? {} : { env: { KUBECONFIG: kubeconfig } }),
      },
    );
    signal.throwIfAborted();
    if (code === 0) return;
    const said = stderr.split("\n").filter((line) => line.trim() !== "" && !/^WARNING/.test(line));
    const why = timedOut ? "it took too long" : printable(said.join(" ")).slice(-SAID);
    throw new Ca3Error("CA3_KUBE_NOT_READY", `helm could not ${what}: ${why}`, {
      hint: "helm list --all --all-namespaces; helm has to be 3.13 or newer",
    });
  };
  return {
    async install(chart, { more, waitMs, signal }) {
      const { namespace, name } = releasePlace(chart);
      const folder = mkdtempSync(join(tmpdir(), "ca3-helm-"));
      try {
        const files = [textAt(chart, "spec", "valuesContent") ?? "", ...more].map((text, at) => {
          const path = join(folder, `values-${at}.yaml`);
          writeFileSync(path, text, { mode: 0o600 });
          return path;
        });
        const option = (flag: string, field: string) => {
          const value = textAt(chart, "spec", field);
          return value === undefined ? [] : [flag, value];
        };
        const words = [
          ...["upgrade", "--install", name, textAt(chart, "spec", "chart") ?? name, "--namespace", namespace],
          ...[...option("--repo", "repo"), ...option("--version", "version")],
          ...files.flatMap((path) => ["--values", path]),
          ...["--labels", `${CONFIG_LABEL}=${configOf(chart)}`],
          ...(waitMs === undefined
            ? []
            : ["--wait", "--timeout", `${Math.max(1, Math.ceil(waitMs / 1000))}s`]),
        ];
        await run(`install release ${namespace}/${name}`, words, signal);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    uninstall: ({ namespace, name }, signal) =>
      run(
        `remove release ${namespace}/${name}`,
        ["uninstall", name, "--namespace", namespace, "--wait", "--ignore-not-found"],
        signal,
      ),
  };
}
