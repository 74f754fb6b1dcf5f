/**
 * What a cluster on AWS asks of this machine: `ca3 plan` of one that is as it should be, and `ca3 provision` that sends an
 * archive of 256 MiB to hosts of the suite, both by the executable against an emulator of EC2:
 *   bun bench/provision.ts [executable, dist/ca3] [rounds, 9]
 * The limit is the emulator itself: the very calls of a plan, all at once and without ca3. Medians count. The goals are 2 s,
 * 25 calls and 120 MB.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Emulator } from "../tests/provision/emulator.ts";
import { K3S_SHA256, VERSION } from "../tests/provision/fleet-rig.ts";
import { K3S } from "../tests/provision/k3s-stand-in.ts";
import { openNet } from "../tests/provision/net.ts";
import { Hosts } from "../tests/provision/world.ts";
import { startMoto } from "../tests/services/moto.ts";
import { median } from "./embedded/median.ts";

const program = resolve(process.argv[2] ?? join(import.meta.dir, "../dist/ca3"));
const rounds = Number(process.argv[3] ?? 9);
const ARCHIVE_MIB = 256;

const folder = mkdtempSync(join(tmpdir(), "ca3-bench-provision-"));
await using moto = await startMoto();
await using net = await openNet();
const emulator = new Emulator(moto);
const hosts = new Hosts(net);
emulator.world = hosts;
writeFileSync(join(hosts.folder, "with-api"), "");
await using aws = emulator.session();

/** Stands before the emulator and keeps what is asked. */
const asked: Request[] = [];
const keeper = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  idleTimeout: 0,
  fetch: async (request) => {
    const body = await request.text();
    const again = new Request(aws.url, { method: "POST", headers: request.headers, body });
    asked.push(again.clone());
    return fetch(again);
  },
});

async function ca3(words: string, cluster: Record<string, unknown> = {}, code = 0) {
  const network = { admins: ["198.18.0.0/15"], whoAmI: "none" };
  writeFileSync(join(folder, "ca3.yaml"), JSON.stringify({ cluster: { network, ...cluster } }));
  const startedMs = performance.now();
  const child = Bun.spawn([program, ...words.split(" ")], {
    cwd: folder,
    env: {
      ...{ PATH: process.env.PATH!, HOME: folder, AWS_ENDPOINT_URL: `http://127.0.0.1:${keeper.port}` },
      ...{ AWS_ACCESS_KEY_ID: "bench", AWS_SECRET_ACCESS_KEY: "bench", AWS_EC2_METADATA_DISABLED: "true" },
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let rssMb = 0;
  // the system's account of a child's peak begins with that of its parent; the process's own does not
  const look = setInterval(() => {
    const status = existsSync(`/proc/${child.pid}/status`)
      ? readFileSync(`/proc/${child.pid}/status`, "utf8")
      : "";
    rssMb = Math.max(rssMb, (Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024) / 1e6);
  }, 10);
  const said = await new Response(child.stderr).text();
  const ended = await child.exited;
  clearInterval(look);
  if (ended !== code) throw new Error(`ca3 ${words}\n${said}`);
  return {
    ms: performance.now() - startedMs,
    cpuMs: Number(child.resourceUsage()!.cpuTime.total) / 1000,
    rssMb,
  };
}

const row = (name: string, runs: readonly { ms: number; cpuMs?: number; rssMb?: number }[], more = "") => {
  const of = (field: "ms" | "cpuMs" | "rssMb") => median(runs.map((run) => run[field] ?? 0));
  const rest =
    runs[0]!.rssMb === undefined ? "" : `, ${of("cpuMs").toFixed(0)} ms CPU, ${of("rssMb").toFixed(0)} MB`;
  process.stdout.write(`${name.padEnd(44)} ${of("ms").toFixed(0)} ms${rest}${more}\n`);
};

try {
  const [binary, image] = [join(folder, "k3s"), join(folder, "images.tar")];
  writeFileSync(binary, K3S);
  writeFileSync(image, Buffer.alloc(ARCHIVE_MIB * 1024 * 1024, "image"));
  const k3s = { version: VERSION, sha256: K3S_SHA256, source: "upload", binary };
  const made = await ca3("provision --yes", { k3s: { ...k3s, images: [image] } });
  row(`provision, three machines, ${ARCHIVE_MIB} MiB to each`, [made]);

  const plans: Awaited<ReturnType<typeof ca3>>[] = [];
  const limit: { ms: number }[] = [];
  let calls = 0;
  for (let round = 0; round <= rounds; round++) {
    asked.length = 0;
    const plan = await ca3("plan", { k3s });
    calls = asked.length;
    const requests = asked.map((request) => request.clone());
    const startedMs = performance.now();
    await Promise.all(requests.map(async (request) => (await fetch(request)).arrayBuffer()));
    if (round === 0) continue; // files come from the disk, and moto warms up
    plans.push(plan);
    limit.push({ ms: performance.now() - startedMs });
  }
  row("plan of an unchanged cluster", plans, `, ${calls} calls`);
  row("the same calls at once, without ca3", limit);
} finally {
  await keeper.stop(true);
  await hosts.end();
  rmSync(folder, { recursive: true });
}
