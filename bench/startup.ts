/**
 * How long the executable takes to start, and how much memory: `ca3 --version`, beside an executable that does nothing,
 * built in the same run:
 *   bun bench/startup.ts [executable, dist/ca3] [rounds, 25]
 * Rounds alternate; medians count. The goal is 40 ms and 45 MB.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "./embedded/median.ts";

const program = process.argv[2] ?? join(import.meta.dir, "../dist/ca3");
const rounds = Number(process.argv[3] ?? 25);

type Start = { readonly ms: number; readonly cpuMs: number; readonly rssMb: number };

async function start(words: readonly string[]): Promise<Start> {
  const startedMs = performance.now();
  const child = Bun.spawn([...words], { stdio: ["ignore", "ignore", "inherit"] });
  if ((await child.exited) !== 0) throw new Error(`${words.join(" ")} failed`);
  const ms = performance.now() - startedMs;
  const { cpuTime, maxRSS } = child.resourceUsage()!;
  return { ms, cpuMs: Number(cpuTime.total) / 1000, rssMb: maxRSS / 1e6 };
}

/** Built by another process: what is started inherits the peak memory of whoever starts it. */
async function emptyProgram(folder: string): Promise<string> {
  const [source, outfile] = [join(folder, "empty.ts"), join(folder, "empty")];
  writeFileSync(source, "export {};\n");
  const flags = ["--compile", "--minify", "--bytecode", "--outfile", outfile];
  const build = Bun.spawn([process.execPath, "build", source, ...flags], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if ((await build.exited) !== 0) throw new Error("the empty executable could not be built");
  return outfile;
}

const folder = mkdtempSync(join(tmpdir(), "ca3-bench-startup-"));
try {
  const limit = await emptyProgram(folder);
  const [own, empty]: [Start[], Start[]] = [[], []];
  for (let round = 0; round <= rounds; round++) {
    const both = [await start([program, "--version"]), await start([limit])] as const;
    if (round === 0) continue; // the first round reads the files from the disk
    own.push(both[0]);
    empty.push(both[1]);
  }
  for (const [name, runs] of [
    ["ca3 --version", own],
    ["an empty executable", empty],
  ] as const) {
    const of = (name: keyof Start) => median(runs.map((run) => run[name]));
    const fastest = Math.min(...runs.map((run) => run.ms));
    process.stdout.write(
      `${name.padEnd(20)} median ${of("ms").toFixed(1)} ms, fastest ${fastest.toFixed(1)} ms, ${of("cpuMs").toFixed(1)} ms CPU, ${of("rssMb").toFixed(0)} MB\n`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
