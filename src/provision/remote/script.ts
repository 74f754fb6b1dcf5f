import { quoted } from "../../support/shell-words.ts";

/**
 * Scripts for machines: small, idempotent, sent over stdin so that nothing of them stands on a command line, and each ends
 * with one JSON line. Everything here is pure.
 */
export type Script = { readonly doing: string; readonly text: string; readonly deadlineMs: number };

/** Runs what comes on stdin as root; a user who may not is told so at once and not asked for a password. */
export const AS_ROOT = 'if [ "$(id -u)" = 0 ]; then exec bash -s; else exec sudo -n bash -s; fi';

export function script(doing: string, deadlineMs: number, lines: readonly string[]): Script {
  return { doing, deadlineMs, text: ["set -euo pipefail", ...lines, ""].join("\n") };
}

/**
 * Writes a file as a whole or not at all; `changed` becomes 1 when it was another one before. The content is the script's
 * own text, so it may be secret.
 */
export function writeFile(path: string, content: string, mode: "600" | "644" | "755" = "600"): string[] {
  const encoded = Buffer.from(content).toString("base64");
  const [target, next] = [quoted(path), quoted(`${path}.ca3`)];
  return [
    `install -d -m 755 ${quoted(path.slice(0, path.lastIndexOf("/")))}`,
    `(umask 077 && base64 -d > ${next}) <<'CA3'`,
    ...encoded.match(/.{1,76}/g)!,
    "CA3",
    `chmod ${mode} ${next}`,
    `if cmp -s ${next} ${target}; then rm ${next}; else mv ${next} ${target}; changed=1; fi`,
  ];
}

/** The last line of an answer as JSON. */
export function answerOf<T>(stdout: string): T | undefined {
  const line = stdout.trim().split("\n").at(-1) ?? "";
  try {
    return JSON.parse(line) as T;
  } catch {
    return undefined;
  }
}
