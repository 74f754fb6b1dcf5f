import { expect, test } from "bun:test";
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { commandBlocks } from "./blocks.ts";

/** These run as steps of their own wherever the project is built; here only that the script exists is checked. */
const steps = /^(npm|bun) (test|run (check|build|gen|image|bench[:\w]*|faults|screenshots)\b.*)$/;
/** These run until they are stopped. */
const endless = /^(npm start|bun start|ca3 up(?!.*--once)|ca3 producer(?!.*--count))/;

const root = resolve(import.meta.dir, "../..");
const scripts = (await Bun.file(join(root, "package.json")).json()).scripts as Record<string, string>;

/** A folder with the files the documents speak of, and `ca3` on the path. */
function stage(): { folder: string; env: Record<string, string> } {
  const folder = mkdtempSync(join(tmpdir(), "ca3-docs-"));
  writeFileSync(join(folder, "ca3"), `#!/bin/sh\nexec '${process.execPath}' '${root}/src/main.ts' "$@"\n`);
  chmodSync(join(folder, "ca3"), 0o755);
  copyFileSync(join(root, "assets/samples/azure-llm-inference-2023-conv.csv"), join(folder, "trace.csv"));
  const path = `${folder}:${join(root, "node_modules/.bin")}:${process.env["PATH"]}`;
  return { folder, env: { ...(process.env as Record<string, string>), PATH: path, HTTP_PORT: "0" } };
}

async function run(command: string, folder: string, env: Record<string, string>): Promise<void> {
  const atRoot = /^(npm|bun) /.test(command);
  const child = Bun.spawn(
    ["setsid", "bash", "-c", `set -o pipefail; exec ${command}`.replace(/exec (.*[|&;>])/, "$1")],
    {
      cwd: atRoot ? root : folder,
      env: { ...env, CA3_DATA: join(folder, "default-data") },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let notes = "";
  for await (const chunk of child.stderr) {
    notes += new TextDecoder().decode(chunk);
    // Ctrl-C in a terminal reaches the whole group, so this does as well.
    if (endless.test(command) && /^open:/m.test(notes)) process.kill(-child.pid, "SIGINT");
  }
  const code = await child.exited;
  // npm answers 130 to Ctrl-C whatever the script did, so there its words count.
  if (command === "npm start" && /^stopped: /m.test(notes)) return;
  if (code !== 0) throw new Error(`${command} ended with ${code}:\n${notes}`);
}

const blocks = await commandBlocks();

test("the README names the two commands that do everything", () => {
  const all = blocks.flatMap(({ commands }) => commands);
  expect(all).toContain("npm start");
  expect(all).toContain("npm test");
});

test.each(blocks)(
  "the commands of $where work",
  async ({ commands }) => {
    const { folder, env } = stage();
    try {
      for (const command of commands) {
        const step = steps.exec(command);
        if (!step) await run(command, folder, env);
        else expect(Object.keys(scripts)).toContain(step[2]!.replace(/^run /, "").split(" ")[0]!);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  120_000,
);
