import { afterAll, describe, expect, test } from "bun:test";
import { createHash, randomBytes } from "node:crypto";
import { BuiltinAccess, type Reached } from "../../src/provision/ssh/fleet-access.ts";
import { fingerprintOf, newKeyPair } from "../../src/provision/ssh/keys.ts";
import type { Shell } from "../../src/provision/ssh/shell.ts";
import { withService } from "../services/require.ts";
import { startSshd } from "../services/sshd.ts";

await withService("sshd", startSshd, (sshd) => {
  afterAll(() => sshd[Symbol.asyncDispose]());
  const machine: Reached = {
    ...{ name: "cp-1", host: "127.0.0.1", port: sshd.port, user: sshd.user, behindJump: false },
    hostKeys: [sshd.hostKey.publicKey],
  };
  const signIn = { privateKey: sshd.userKey.privateKey };

  async function withShell<T>(
    use: (shell: Shell) => Promise<T>,
    to: Reached = machine,
    as = signIn,
  ): Promise<T> {
    const access = new BuiltinAccess(() => [machine], as);
    try {
      return await use(await access.shell(to));
    } finally {
      await access.close();
    }
  }
  const failure = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: Error) => error,
    );

  test("a command runs with its input, and its exit code and both outputs come back", () =>
    withShell(async (shell) => {
      const result = await shell.run({
        command: "cat; echo bad >&2; exit 3",
        stdin: "in",
        deadlineMs: 20_000,
        doing: "test",
      });
      expect(result).toEqual({ code: 3, stdout: "in", stderr: "bad\n" });
    }));

  test("many commands share one connection, and a file of some size arrives whole", () =>
    withShell(async (shell) => {
      const file = randomBytes(16 * 1024 * 1024);
      const sum = createHash("sha256").update(file).digest("hex");
      const upload = shell.run({ command: "sha256sum", stdin: file, deadlineMs: 60_000, doing: "upload" });
      const others = Array.from({ length: 6 }, (_, at) =>
        shell.run({ command: `echo ${at}`, deadlineMs: 60_000, doing: "echo" }),
      );
      expect((await upload).stdout).toStartWith(sum);
      expect((await Promise.all(others)).map(({ stdout }) => stdout.trim())).toEqual([..."012345"]);
    }));

  test("behind the jump, the machine is verified by its own key", async () => {
    await using worker = await startSshd({ userKey: sshd.userKey });
    const behind: Reached = {
      ...{ name: "default-1", host: "127.0.0.1", port: worker.port, user: worker.user, behindJump: true },
      hostKeys: [worker.hostKey.publicKey],
    };
    const ask = (shell: Shell) =>
      shell.run({ command: "echo $SSH_CONNECTION", deadlineMs: 20_000, doing: "ask" });
    expect((await withShell(ask, behind)).stdout.trim()).toEndWith(String(worker.port));
    const wrong = { ...behind, hostKeys: [sshd.hostKey.publicKey] };
    expect(await failure(withShell(ask, wrong))).toMatchObject({ code: "CA3_HOST_KEY", exitCode: 6 });
  });

  test("another host key is refused before anything is sent, and both keys are named", async () => {
    const other = newKeyPair("other").publicKey;
    const error = await failure(withShell(async () => {}, { ...machine, hostKeys: [other] }));
    expect(error).toMatchObject({ code: "CA3_HOST_KEY" });
    expect(error!.message).toContain(fingerprintOf(other));
    expect(error!.message).toContain(fingerprintOf(sshd.hostKey.publicKey));
  });

  test("while a host key is being replaced, either is right", () =>
    withShell(async () => {}, {
      ...machine,
      hostKeys: [newKeyPair("old").publicKey, sshd.hostKey.publicKey],
    }));

  describe("what is wrong is said, with what to do", () => {
    test("a key that is not let in", async () => {
      const error = await failure(
        withShell(async () => {}, machine, { privateKey: newKeyPair("x").privateKey }),
      );
      expect(error).toMatchObject({ code: "CA3_REMOTE", message: expect.stringContaining("is not let in") });
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
        const running = shell.run({
          command: "sleep 100",
          deadlineMs: 60_000,
          doing: "wait",
          signal: stop.signal,
        });
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
      expect(await failure(withShell(cut, to))).toMatchObject({ code: "CA3_REMOTE" });
    });
  });
});
