import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { onTerminal } from "../../helpers/on-terminal.ts";
import type { Desk } from "../metal/cluster.ts";

const MAIN = join(import.meta.dir, "../../../src/main.ts");

/** A person at a real terminal, on a machine that is reached through another. */
export function shellSuite(deskNow: () => Desk): void {
  const inTerminal = (words: readonly string[], typed: Readonly<Record<string, string>>) => {
    const { folder: cwd, environment: env } = deskNow();
    return onTerminal([MAIN, ...words], typed, { cwd, env: { ...env, TERM: "xterm" }, cols: 91, rows: 33 });
  };

  describe.each(["builtin", "openssh"])("a shell, with the transport %s", (transport) => {
    test("has this side's terminal, its size, its Ctrl-C, and ends with the code of the shell", async () => {
      deskNow().write({ workers: [{ count: 1 }], access: { user: "root", transport } });
      const { code, screen } = await inTerminal(["ssh", "default-1"], {
        "# ": "stty size; cat /etc/hostname; echo begun; sleep 1000\r",
        "begun\r": "\u0003",
        "^C": "exit 7\r",
      });
      expect(screen).toContain("33 91");
      expect(screen).toContain("ca3-default-1");
      expect(code).toBe(7);
    }, 60_000);

    test("runs one command without a terminal, with what comes in", async () => {
      deskNow().write({ workers: [{ count: 1 }], access: { user: "root", transport } });
      const { folder, environment } = deskNow();
      const program = Bun.spawn(
        [process.execPath, MAIN, "ssh", "ca3-default-1", "--", "sh", "-c", "cat; exit 3"],
        {
          ...{ cwd: folder, env: environment, stdin: new Blob(["a word that comes in\n"]) },
          ...{ stdout: "pipe", stderr: "pipe" },
        },
      );
      expect(await new Response(program.stdout).text()).toBe("a word that comes in\n");
      expect(await program.exited).toBe(3);
    }, 60_000);
  });
}
