export type TerminalOptions = {
  readonly cwd?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cols: number;
  readonly rows: number;
};

/** Runs an executable, or a program of the sources, on a real terminal; `typed` is typed when the screen shows the text it is listed under. */
export async function onTerminal(
  [file, ...words]: readonly [string, ...string[]],
  typed: Readonly<Record<string, string>>,
  { cwd, env, cols, rows }: TerminalOptions,
): Promise<{ readonly code: number; readonly screen: string }> {
  let screen = "";
  const open = new Map(Object.entries(typed));
  const program = Bun.spawn([...(file.endsWith(".ts") ? [process.execPath] : []), file, ...words], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { TERM: "xterm", ...env },
    terminal: {
      ...{ cols, rows },
      data(terminal, data) {
        screen += new TextDecoder().decode(data);
        for (const [text, keys] of open) {
          if (!screen.includes(text)) continue;
          open.delete(text);
          terminal.write(keys);
        }
      },
    },
  });
  const code = await program.exited;
  program.terminal?.close();
  return { code, screen };
}
