import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "ca3-sample-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a compiled executable replays the built-in trace from an empty folder", async () => {
  const entry = join(folder, "entry.ts");
  const program = join(folder, "program");
  const empty = join(folder, "empty");
  mkdirSync(empty);
  writeFileSync(
    entry,
    `import { openReplay } from ${JSON.stringify(join(process.cwd(), "src/producer/replay/index.ts"))};
     const source = await openReplay({ files: ["sample"], speed: "max", loop: 1, time: "kept", startMs: 0 });
     let requests = 0;
     for await (const { events } of source.read(new AbortController().signal))
       requests += events.filter(({ kind }) => kind === "token").length;
     process.stdout.write(String(requests));`,
  );
  const run = (words: string[], cwd: string) => {
    const { exitCode, stdout, stderr } = Bun.spawnSync(words, { cwd, stdout: "pipe", stderr: "pipe" });
    if (exitCode !== 0) throw new Error(stderr.toString());
    return stdout.toString();
  };
  run([process.execPath, "build", "--compile", "--minify", entry, "--outfile", program], process.cwd());
  expect(run([program], empty)).toBe("19366");
});
