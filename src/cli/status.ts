import type { KubeClient } from "../k8s/client/client.ts";
import { clusterSettings } from "../k8s/client/config.ts";
import { deployedStatus, type StatusRow } from "../k8s/status.ts";
import { awsClusterSettings } from "../provision/config.ts";
import { systemClock } from "../support/clock.ts";
import { Ca3Error } from "../support/errors.ts";
import type { Context } from "./command.ts";
import { loadConfigFile } from "./config-file.ts";
import { configured, configuredGroups } from "./configured.ts";
import { openCluster } from "./deploy/cluster.ts";
import { durationFlag } from "./flag-value.ts";
import type { Lookout } from "./provision/look.ts";
import { type MachinesView, machinesFine, machinesJson, machinesText } from "./render/machines.ts";
import { statusJson, statusText } from "./render/status.ts";

const LOOK_EVERY_MS = 2_000;

export type StatusOptions = {
  readonly output: string;
  readonly all: boolean;
  readonly watch: boolean;
  readonly machines: boolean;
  readonly wait: string | undefined;
};

type Seen = {
  readonly machines: MachinesView | undefined;
  readonly cluster: string;
  readonly rows: readonly StatusRow[];
};

/** Shows machines and deployment, once or again and again. Answers with the exit code. */
export async function statusOf(context: Context, options: StatusOptions): Promise<number> {
  const { io, interrupted: signal } = context;
  const waitMs =
    options.wait === undefined ? undefined : durationFlag("--wait", options.wait, "ca3 status --wait 10m");
  const untilMs = waitMs === undefined ? undefined : systemClock.now() + waitMs;
  const lookout = options.machines ? await lookoutFor(context) : undefined;
  try {
    const named = await namesContext(context);
    for (;;) {
      const seen = await look(context, lookout, named);
      const fine = isFine(seen);
      if (untilMs !== undefined && !fine && systemClock.now() < untilMs) {
        io.status(waitingFor(seen));
      } else {
        io.status("");
        show(context, seen, options);
        if (!options.watch) return fine ? 0 : 3;
      }
      await systemClock.sleep(LOOK_EVERY_MS, signal);
      if (signal.aborted) return 130;
      if (options.output !== "json" && untilMs === undefined) io.out("");
    }
  } finally {
    await lookout?.close();
  }
}

/** The cluster on AWS that the file describes; what keeps AWS from being asked is told, and the rest is shown. */
async function lookoutFor(context: Context): Promise<Lookout | undefined> {
  const file = await loadConfigFile(context);
  const section = (file?.tree.value as { cluster?: unknown } | null | undefined)?.cluster;
  if (section === undefined && context.given["cluster"] === undefined) return undefined;
  const settings = await configured(awsClusterSettings, context);
  const { openLookout } = await import("./provision/look.ts");
  return openLookout(context, settings);
}

/** Whether somebody has said which context of the kubeconfig is meant. */
async function namesContext(context: Context): Promise<boolean> {
  const { sources } = (await configuredGroups({ kube: clusterSettings }, context)).kube;
  return ["flag", "environment", "file"].includes(sources.context) || sources.kubeconfig === "flag";
}

/** The context that somebody named, else the cluster on AWS, else the current context. */
async function look(context: Context, lookout: Lookout | undefined, named: boolean): Promise<Seen> {
  const { io, interrupted: signal } = context;
  const machines = await lookout?.look().catch((error: unknown) => {
    if (!(error instanceof Ca3Error) || !error.code.startsWith("CA3_CLOUD")) throw error;
    io.note(`AWS is not asked: ${error.message.split("\n")[0]}`);
    return undefined;
  });
  if (lookout !== undefined && machines === undefined)
    io.note("there is no such cluster on AWS; ca3 provision creates it");
  const onAws = lookout !== undefined && machines !== undefined && !named;
  if (onAws && machines.unreachable !== undefined) return { machines, cluster: "", rows: [] };
  const client: KubeClient = onAws ? await lookout.client() : await openCluster(context);
  return { machines, cluster: client.cluster, rows: await deployedStatus(client, signal) };
}

const isFine = ({ machines, rows }: Seen): boolean =>
  rows.length > 0 &&
  rows.every(({ state }) => state === "ready") &&
  (machines === undefined || machinesFine(machines));

function show({ io }: Context, { machines, cluster, rows }: Seen, { output, all }: StatusOptions): void {
  const style = { color: io.outColor, columns: io.columns };
  if (output === "json") {
    const document = JSON.parse(statusJson(cluster, rows)) as object;
    io.out(JSON.stringify({ ...document, machines: machines ? machinesJson(machines) : null }));
    return;
  }
  if (machines !== undefined) io.out(`${machinesText(machines, style)}\n`);
  if (machines?.unreachable === undefined && cluster !== "")
    io.out(statusText(cluster, rows, { ...style, all }));
}

function waitingFor({ machines, rows }: Seen): string {
  const nodes = machines?.rows.filter(({ fine }) => !fine).map(({ name }) => name) ?? [];
  const open = rows.filter(({ state }) => state !== "ready").length;
  return [
    ...(nodes.length > 0 ? [`not well: ${nodes.join(", ")}`] : []),
    ...(rows.length === 0 ? ["nothing is deployed"] : open > 0 ? [`${open} objects are not ready`] : []),
    ...(machines?.unreachable === undefined ? [] : [machines.unreachable]),
  ].join("; ");
}
