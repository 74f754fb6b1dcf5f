import { afterAll, describe, expect, test } from "bun:test";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Reached } from "../../src/provision/ssh/fleet-access.ts";
import { fingerprintOf, newKeyPair } from "../../src/provision/ssh/keys.ts";
import { type LocalFile, localFile } from "../../src/provision/ssh/local-file.ts";
import { openAccess } from "../../src/provision/ssh/open-access.ts";
import type { Shell } from "../../src/provision/ssh/shell.ts";
import { withService } from "../services/require.ts";
import { startSshd } from "../services/sshd.ts";

const folder = mkdtempSync(join(tmpdir(), "ca3-keys-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let keys = 0;
const signInWith = (privateKey: string) => {
  const privateKeyPath = join(folder, `key-${keys++}`);
  writeFileSync(privateKeyPath, privateKey, { mode: 0o600 });
  return { privateKey, privateKeyPath };
};

await withService("sshd", startSshd, (sshd) => {
  const machine: Reached = {
    ...{ name: "cp-1", host: "127.0.0.1", port: sshd.port, user: sshd.user, behindJump: false },
    hostKeys: [sshd.hostKey.publicKey],
  };
  const signIn = signInWith(sshd.userKey.privateKey);
  const failure = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: Error) => error,
    );

  describe.each(["builtin", "openssh"] as const)("the %s client", (transport) => {
    async function withShell<T>(
      use: (shell: Shell) => Promise<T>,
      to: Reached = machine,
      as = signIn,
      jumps: readonly Reached[] = [machine],
    ): Promise<T> {
      const access = openAccess({ transport, jumps: () => jumps, signIn: as });
      try {
        return await use(await access.shell(to));
      } finally {
        await access.close();
      }
    }

    test("runs a command with its input, and its exit code and both outputs come back", () =>
      withShell(async (shell) => {
        const result = await shell.run({
          command: "cat; echo bad >&2; exit 3",
          stdin: "in",
          deadlineMs: 20_000,
          doing: "test",
        });
        expect(result).toEqual({ code: 3, stdout: "in", stderr: "bad\n" });
      }));

    test("takes the words of a command as they are", () =>
      withShell(async (shell) => {
        const { stdout } = await shell.run({
          command: `printf '%s|' 'a b' "\${HOME:+home}" -o '$x'`,
          deadlineMs: 20_000,
          doing: "test",
        });
        expect(stdout).toBe("a b|home|-o|$x|");
      }));

    test("runs many commands over one connection, and a file of some size arrives whole", () =>
      withShell(async (shell) => {
        const file = randomBytes(16 * 1024 * 1024);
        const sum = createHash("sha256").update(file).digest("hex");
        const path = join(folder, "file");
        writeFileSync(path, file);
        const run = (stdin: Uint8Array | LocalFile) =>
          shell.run({ command: "sha256sum", stdin, deadlineMs: 60_000, doing: "upload" });
        const uploads = [run(file), run(localFile(path))];
        const others = Array.from({ length: 5 }, (_, at) =>
          shell.run({ command: `echo ${at}`, deadlineMs: 60_000, doing: "echo" }),
        );
        for (const { stdout } of await Promise.all(uploads)) expect(stdout).toStartWith(sum);
        expect((await Promise.all(others)).map(({ stdout }) => stdout.trim())).toEqual([..."01234"]);
      }));

    test("verifies a machine behind the jump by its own key, through whichever jump answers", async () => {
      await using worker = await startSshd({ userKey: sshd.userKey });
      const behind: Reached = {
        ...{ name: "default-1", host: "127.0.0.1", port: worker.port, user: worker.user, behindJump: true },
        hostKeys: [worker.hostKey.publicKey],
      };
      const ask = (shell: Shell) =>
        shell.run({ command: "echo $SSH_CONNECTION", deadlineMs: 20_000, doing: "ask" });
      expect((await withShell(ask, behind)).stdout.trim()).toEndWith(String(worker.port));
      const away = { ...machine, name: "cp-0", port: 1 };
      expect((await withShell(ask, behind, signIn, [away, machine])).code).toBe(0);
      const wrong = { ...behind, hostKeys: [sshd.hostKey.publicKey] };
      expect(await failure(withShell(ask, wrong))).toMatchObject({ code: "CA3_HOST_KEY", exitCode: 6 });
    });

    test("refuses another host key before anything is sent, and names both keys", async () => {
      const other = newKeyPair("other").publicKey;
      const error = await failure(withShell(async () => {}, { ...machine, hostKeys: [other] }));
      expect(error).toMatchObject({ code: "CA3_HOST_KEY" });
      expect(error!.message).toContain(fingerprintOf(other));
      expect(error!.message).toContain(fingerprintOf(sshd.hostKey.publicKey));
    });

    test("takes either key while a host key is being replaced", () =>
      withShell(async () => {}, {
        ...machine,
        hostKeys: [newKeyPair("old").publicKey, sshd.hostKey.publicKey],
      }));

    test("opens a way to an address behind the jump", async () => {
      const access = openAccess({ transport, jumps: () => [machine], signIn });
      try {
        const way = await access.forward("127.0.0.1", sshd.port);
        const banner = await new Promise<string>((resolve, reject) => {
          way.once("data", (piece: Uint8Array) => resolve(Buffer.from(piece).toString()));
          way.once("error", reject);
        });
        expect(banner).toStartWith("SSH-2.0-OpenSSH");
        way.destroy();
      } finally {
        await access.close();
      }
    });

    describe("says what is wrong, with what to do:", () => {
      test("a key that is not let in", async () => {
        const as = signInWith(newKeyPair("x").privateKey);
        const error = await failure(withShell(async () => {}, machine, as));
        expect(error).toMatchObject({
          code: "CA3_REMOTE",
          message: expect.stringContaining("is not let in"),
          hint: expect.stringContaining("cluster.access.key"),
        });
      });
      test("nobody there", async () => {
        const error = await failure(withShell(async () => {}, { ...machine, port: 1 }));
        expect(error).toMatchObject({
          code: "CA3_REMOTE",
          message: expect.stringContaining("nothing listens"),
        });
      });
      test("a command that does not end", async () => {
        const hang = (shell: Shell) => shell.run({ command: "sleep 100", deadlineMs: 300, doing: "wait" });
        expect(await failure(withShell(hang))).toMatchObject({
          message: expect.stringContaining("no end after 0.3 s"),
        });
      });
      test("Ctrl-C", async () => {
        const stop = new AbortController();
        const hang = (shell: Shell) => {
          const command = { command: "sleep 100", deadlineMs: 60_000, doing: "wait", signal: stop.signal };
          const running = shell.run(command);
          stop.abort();
          return running;
        };
        expect(await failure(withShell(hang))).toMatchObject({ code: "CA3_INTERRUPTED" });
      });
      test("a connection that breaks in the middle", async () => {
        await using other = await startSshd({ userKey: sshd.userKey });
        const to = { ...machine, port: other.port, hostKeys: [other.hostKey.publicKey] };
        const cut = async (shell: Shell) => {
          const command = "kill -9 $PPID; sleep 100";
          return shell.run({ command, deadlineMs: 30_000, doing: "cut" });
        };
        expect(await failure(withShell(cut, to))).toMatchObject({
          code: "CA3_REMOTE",
          message: expect.stringContaining("the connection broke"),
        });
      });
    });
  });
});
