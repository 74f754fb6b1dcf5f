/**
 * What the commands of a deployment take on a cluster that runs: the whole pipeline on one node, booted for this, as in
 * tests/cluster. Needs root and the packages of `.ci/packages`:
 *   npm run bench:kubernetes -- [rounds, 5]
 */
import { readdirSync, readFileSync } from "node:fs";
import { listAt, textAt } from "../src/k8s/live-object.ts";
import { isReady, podsOf, until } from "../tests/cluster/looks.ts";
import { type Stage, startStage } from "../tests/cluster/stage.ts";
import { median } from "./embedded/median.ts";

const rounds = Number(process.argv[2] ?? 5);
const goals = {
  render: { line: "render --output json", what: "everything as objects" },
  diff: { line: "diff", what: "no difference" },
  deploy: { line: "deploy --yes", what: "nothing to do; goal 3 s" },
  verify: { line: "verify --cluster --skip scale", what: "without scale; goal 15 s" },
} as const;

type Run = { readonly s: number; readonly cpuS: number; readonly peakMb: number };

/** The peak is read from the process itself: the one of the system counts whoever started it as well. */
async function measure(stage: Stage, line: string): Promise<Run> {
  const startedMs = performance.now();
  const child = Bun.spawn([stage.program, ...line.split(" ")], {
    ...{ cwd: stage.home, env: stage.env, stdio: ["ignore", "ignore", "ignore"] },
  });
  let peakKb = 0;
  while (child.exitCode === null) {
    peakKb = Math.max(peakKb, statusOf(child.pid, "VmHWM"));
    await Bun.sleep(2);
  }
  const s = (performance.now() - startedMs) / 1000;
  return { s, cpuS: Number(child.resourceUsage()!.cpuTime.total) / 1e6, peakMb: (peakKb * 1024) / 1e6 };
}

/** In kB; 0 when the process is gone. */
function statusOf(pid: number, field: "VmHWM" | "VmRSS" | "RssAnon"): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** What the kubelet counts for the pod of the processor, by metrics-server. */
async function workingSet({ node }: Stage): Promise<string> {
  const list = await node.client.http.json<unknown>({
    path: "/apis/metrics.k8s.io/v1beta1/namespaces/app/pods",
    what: "read what pods use",
  });
  const pod = listAt(list, "items").find((one) => textAt(one, "metadata", "name")?.startsWith("processor-"));
  const kib = /^(\d+)Ki$/.exec(textAt(pod, "containers", 0, "usage", "memory") ?? "")?.[1];
  return kib === undefined ? "unknown" : `${((Number(kib) * 1024) / 1e6).toFixed(0)} MB`;
}

/** The processes of the node's containers with this command line. */
function processes(stage: Stage, command: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
        return (
          words === command &&
          readFileSync(`/proc/${pid}/cgroup`, "utf8").includes(stage.node.enclosure.group)
        );
      } catch {
        return false;
      }
    })
    .map(Number);
}

await using stage = await startStage();
stage.settings();
const first = performance.now();
const deployed = await stage.ca3("deploy --yes --deploy-timeout 5m");
if (deployed.code !== 0) throw new Error(deployed.err);
const print = (text: string) => process.stdout.write(`${text}\n`);
print(`first deploy: ${((performance.now() - first) / 1000).toFixed(1)} s, everything ready`);
for (const [name, { line, what }] of Object.entries(goals)) {
  const runs: Run[] = [];
  for (let round = 0; round < rounds; round++) runs.push(await measure(stage, line));
  const of = (field: keyof Run) => median(runs.map((run) => run[field]));
  print(
    `${name.padEnd(8)} median ${of("s").toFixed(2)} s, ${of("cpuS").toFixed(3)} s CPU, peak ${of("peakMb").toFixed(0)} MB (${what})`,
  );
}
// Nobody sends, and what was sent is stored: the processor is idle.
stage.settings({ deploy: { producers: { enabled: false } } });
await stage.ca3("deploy app --yes");
await until(
  "one processor is there",
  () => podsOf(stage, "app", "processor"),
  (pods) => pods.filter(isReady).length === 1,
);
const [pid] = processes(stage, "/usr/local/bin/ca3 processor");
await Bun.sleep(30_000);
const mb = (field: "VmRSS" | "RssAnon") => ((statusOf(pid!, field) * 1024) / 1e6).toFixed(0);
print(
  `idle processor: ${mb("VmRSS")} MB RSS, of which ${mb("RssAnon")} MB its own and the rest code, which is shared; ` +
    `its pod ${await workingSet(stage)} (goal 70 MB)`,
);
