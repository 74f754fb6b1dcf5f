/**
 * What the commands for clusters take, with the executable and a real API server whose pods are played:
 *   bun bench/kubernetes.ts [executable, dist/ca3] [rounds, 7]
 * `ca3 render` (goal 100 ms), a `ca3 deploy` with nothing to do (3 s), `ca3 verify --cluster` without `scale` (15 s); each
 * with its peak memory (90 MB). Medians count.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startPipeline } from "../tests/verify/in-cluster.ts";
import { median } from "./embedded/median.ts";

const program = resolve(process.argv[2] ?? join(import.meta.dir, "../dist/ca3"));
const rounds = Number(process.argv[3] ?? 7);
const folder = mkdtempSync(join(tmpdir(), "ca3-bench-kubernetes-"));
const namespaces = { platform: "b-platform", app: "b-app", monitoring: "b-monitoring", logging: "b-logging" };
const deploy = { profile: "small", monitoring: { enabled: false }, namespaces };
writeFileSync(join(folder, "ca3.yaml"), JSON.stringify({ deploy }));

type Run = { readonly ms: number; readonly cpuMs: number; readonly rssMb: number };

async function run(words: readonly string[], cwd: string, kubeconfig = ""): Promise<Run> {
  const startedMs = performance.now();
  const env = { PATH: process.env["PATH"] ?? "", KUBECONFIG: kubeconfig };
  const child = Bun.spawn([program, ...words], { cwd, env, stdio: ["ignore", "ignore", "ignore"] });
  let rssMb = 0;
  let ended = false;
  const done = child.exited.finally(() => {
    ended = true;
  });
  // What the system says at the end would hold the peak of whoever started it, and that is us.
  while (!ended) {
    rssMb = Math.max(rssMb, peakOf(child.pid));
    await Promise.race([done, Bun.sleep(2)]);
  }
  const code = await done;
  if (code !== 0 && code !== 3) throw new Error(`ca3 ${words.join(" ")} ended with ${code}`);
  const cpuMs = Number(child.resourceUsage()!.cpuTime.total) / 1000;
  return { ms: performance.now() - startedMs, cpuMs, rssMb };
}

/** Megabytes at most so far; 0 when it is gone. */
function peakOf(pid: number): number {
  try {
    const [, kib = "0"] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return (Number(kib) * 1024) / 1e6;
  } catch {
    return 0;
  }
}

async function measure(name: string, once: () => Promise<Run>): Promise<void> {
  const runs: Run[] = [];
  for (let round = 0; round <= rounds; round++) {
    const one = await once();
    if (round > 0) runs.push(one); // the first round reads the files from the disk
  }
  const of = (key: keyof Run) => median(runs.map((one) => one[key]));
  const fastest = Math.min(...runs.map(({ ms }) => ms));
  process.stdout.write(
    `${name.padEnd(28)} median ${of("ms").toFixed(0)} ms, fastest ${fastest.toFixed(0)} ms, ${of("cpuMs").toFixed(0)} ms CPU, ${of("rssMb").toFixed(0)} MB\n`,
  );
}

try {
  for (const profile of ["small", "ha"])
    await measure(`render --profile ${profile}`, () => run(["render", "--profile", profile], folder));
  await using pipeline = await startPipeline();
  const { KUBECONFIG } = pipeline.around.env;
  const { client } = pipeline;
  await client.apply({
    ...{ apiVersion: "storage.k8s.io/v1", kind: "StorageClass", provisioner: "example.com/none" },
    metadata: { name: "usual", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
  });
  const deploying = ["deploy", "--yes", "--no-wait"];
  const first = await run(deploying, folder, KUBECONFIG);
  process.stdout.write(
    `${"the first deploy".padEnd(28)} ${first.ms.toFixed(0)} ms, ${first.rssMb.toFixed(0)} MB\n`,
  );
  await measure("deploy, nothing to do", () => run(deploying, folder, KUBECONFIG));
  await measure("verify --cluster", () => run(["verify", "--cluster"], pipeline.around.cwd, KUBECONFIG));
} finally {
  rmSync(folder, { recursive: true });
}
