import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { Desk } from "../metal/cluster.ts";

const MAIN = join(import.meta.dir, "../../../src/main.ts");

/** A person at a real terminal, on a machine that is reached through another. */
export function shellSuite(deskNow: () => Desk): void {
  async function onTerminal(words: readonly string[], typed: Readonly<Record<string, string>>) {
    const { folder, environment } = deskNow();
    let screen = "";
    const open = new Map(Object.entries(typed));
    const program = Bun.spawn([process.execPath, MAIN, ...words], {
      cwd: folder,
      env: { ...environment, TERM: "xterm" },
      terminal: {
        ...{ cols: 91, rows: 33 },
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

  describe.each(["builtin", "openssh"])("a shell, with the transport %s", (transport) => {
    test("has this side's terminal, its size, its Ctrl-C, and ends with the code of the shell", async () => {
      deskNow().write({ workers: [{ count: 1 }], access: { user: "root", transport } });
      const { code, screen } = await onTerminal(["ssh", "default-1"], {
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
