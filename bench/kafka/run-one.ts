/** Runs one variant in a process of its own: `bun run-one.ts produce|consume <variant> <workload as JSON>`. */
import { consumers, producers, samples, sendAll, type Workload } from "./variants.ts";

const [kind = "", name = "", json = "{}"] = process.argv.slice(2);
const load = JSON.parse(json) as Workload;

async function measured(work: () => Promise<void>): Promise<void> {
  let peakBytes = 0;
  const watch = setInterval(() => (peakBytes = Math.max(peakBytes, process.memoryUsage.rss())), 20);
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(watch);
  process.stdout.write(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, peakBytes }));
}

if (kind === "produce") {
  const all = samples(load.records);
  const { send, close } = await producers[name]!.open(load);
  await sendAll(send, all.slice(0, 5_000), load.perCall); // warm up
  await measured(() => sendAll(send, all, load.perCall));
  await close();
} else await measured(() => consumers[name]!(load));
process.exit(0);
