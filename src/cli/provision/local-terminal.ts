import { isatty } from "node:tty";
import type { LocalTerminal } from "../../provision/ssh/terminal.ts";

/** The streams of this process; with a screen when somebody types at one. */
export function localTerminal(
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): LocalTerminal {
  const { stdin, stdout, stderr } = process;
  const streams = { input: stdin, output: stdout, errors: stderr, signal };
  if (!isatty(0) || !isatty(1)) return streams;
  return {
    ...streams,
    screen: {
      kind: env["TERM"] || "xterm",
      size: () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 }),
      onResize(listener) {
        stdout.on("resize", listener);
        return () => stdout.off("resize", listener);
      },
      raw: (on) => void stdin.setRawMode(on),
    },
  };
}
