import { chmodSync, copyFileSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** These run as steps of their own wherever the project is built; here only that the script exists is checked. */
export const steps =
  /^(npm|bun) (test|run (check|build|gen|image|bench[:\w]*|faults|screenshots|compose:env)\b.*)$/;
/** These run until they are stopped. */
const endless = /^(npm start|bun start|ca3 up(?!.*--once)|ca3 producer(?!.*--count)|ca3 processor)/;

const root = resolve(import.meta.dir, "../..");
/** Scripts of this project, by name. */
export const scripts = (await Bun.file(join(root, "package.json")).json()).scripts as Record<string, string>;

/** A folder with the files the documents speak of, and `ca3` on the path. */
export function stage(): { folder: string; env: Record<string, string> } {
  const folder = mkdtempSync(join(tmpdir(), "ca3-docs-"));
  writeFileSync(join(folder, "ca3"), `#!/bin/sh\nexec '${process.execPath}' '${root}/src/main.ts' "$@"\n`);
  chmodSync(join(folder, "ca3"), 0o755);
  copyFileSync(join(root, "assets/samples/azure-llm-inference-2023-conv.csv"), join(folder, "trace.csv"));
  const path = `${folder}:${join(root, "node_modules/.bin")}:${process.env["PATH"]}`;
  return { folder, env: { ...(process.env as Record<string, string>), PATH: path, HTTP_PORT: "0" } };
}

/** Runs one command to its end; those that have none are stopped once they are at work. Throws what went wrong. */
export async function run(command: string, folder: string, env: Record<string, string>): Promise<void> {
  const atRoot = /^(npm|bun) /.test(command);
  const child = Bun.spawn(
    ["setsid", "bash", "-c", `set -o pipefail; exec env ${command}`.replace(/exec (.*[|&;>])/, "$1")],
    {
      cwd: atRoot ? root : folder,
      env: { ...env, CA3_DATA: join(folder, "default-data") },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let notes = "";
  let told = false;
  for await (const chunk of child.stderr) {
    notes += new TextDecoder().decode(chunk);
    if (told || !endless.test(command) || !/^open:|"Processor is starting/m.test(notes)) continue;
    told = true;
    // Ctrl-C in a terminal reaches the whole group, so this does as well.
    process.kill(-child.pid, "SIGINT");
  }
  const code = await child.exited;
  // npm answers 130 to Ctrl-C whatever the script did, so there its words count.
  if (command === "npm start" && /^stopped: /m.test(notes)) return;
  if (code !== 0) throw new Error(`${command} ended with ${code}:\n${notes}`);
}
