import { AS_ROOT, type Script } from "../../provision/remote/script.ts";
import { mustSucceed } from "../../provision/ssh/remote-failure.ts";
import type { Shell } from "../../provision/ssh/shell.ts";

/** What a script printed. Throws CA3_REMOTE with the end of its errors when it failed. */
export async function runScript(shell: Shell, script: Script, signal: AbortSignal): Promise<string> {
  const { doing, deadlineMs, text } = script;
  const result = await shell.run({ command: AS_ROOT, stdin: text, doing, deadlineMs, signal });
  mustSucceed(shell.node, doing, result);
  return result.stdout;
}
