import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { untilMet } from "../../tests/helpers/until.ts";
import { runProgramToEnd, startProgram } from "./exec.ts";

const folder = mkdtempSync(join(tmpdir(), "ca3-exec-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sh = (script: string, ...words: string[]) => ["sh", "-c", script, "sh", ...words];
const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    // A process that nobody has waited for yet has ended all the same.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
};
const pidsIn = (path: string) => {
  try {
    return readFileSync(path, "utf8").split("\n").filter(Boolean).map(Number);
  } catch {
    return [];
  }
};

describe("a program that runs to its end", () => {
  const limits = { timeoutMs: 10_000 };
  test("is known by its output and its exit code", async () => {
    const finished = await runProgramToEnd(sh("echo one; echo two >&2; exit 9"), limits);
    expect(finished).toEqual({
      ...{ code: 9, signal: undefined, stdout: "one\n", stderr: "two\n" },
      ...{ timedOut: false, tooMuch: false },
    });
  });

  test("gets its words as they are", async () => {
    const words = ["a b", "$HOME", "'; exit 3 #", "", "*"];
    const { stdout } = await runProgramToEnd(sh('for w in "$@"; do echo "<$w>"; done', ...words), limits);
    expect(stdout).toBe(words.map((word) => `<${word}>\n`).join(""));
  });

  test("gets variables besides those it inherits, and no input", async () => {
    const script = 'echo "$TZ $' + '{PATH:+path}"; cat; echo end';
    const { stdout } = await runProgramToEnd(sh(script), { ...limits, env: { TZ: "UTC0" } });
    expect(stdout).toBe("UTC0 path\nend\n");
  });

  test("is named by the signal that ended it", async () =>
    expect(await runProgramToEnd(sh("kill -SEGV $$"), limits)).toMatchObject({
      code: undefined,
      signal: "SIGSEGV",
    }));

  test.each([
    ["no-such-program-anywhere", 127],
    [folder, 126],
  ])("%s cannot be run", async (program, code) =>
    expect((await runProgramToEnd([program], limits)).code).toBe(code),
  );

  test("is killed with all it started when its time is over", async () => {
    const pids = join(folder, "late");
    const script = `sh -c 'echo $$ >> ${pids}; sleep 60' & echo $$ >> ${pids}; echo begun; sleep 60`;
    const finished = await runProgramToEnd(sh(script), { timeoutMs: 300 });
    expect(finished).toMatchObject({ timedOut: true, code: undefined, signal: "SIGKILL", stdout: "begun\n" });
    for (const pid of pidsIn(pids)) await untilMet(() => !isAlive(pid));
  });

  test("is killed when it prints without end", async () => {
    const finished = await runProgramToEnd(sh("while :; do echo line; done"), {
      ...limits,
      maxCharacters: 100,
    });
    expect(finished.tooMuch).toBe(true);
    expect(finished.stdout.length).toBeLessThanOrEqual(120);
  });

  test("is killed when nobody wants it any more", async () => {
    const signal = AbortSignal.timeout(100);
    expect((await runProgramToEnd(sh("sleep 60"), { ...limits, signal })).signal).toBe("SIGKILL");
  });
});

describe("a program that runs beside this process", () => {
  test("is heard line by line while it runs", async () => {
    const program = startProgram(sh("while :; do echo tick; sleep 0.05; done"));
    let heard = 0;
    for await (const line of program.lines) {
      expect(line).toBe("tick");
      if (++heard === 3) program.kill();
    }
    expect(heard).toBeGreaterThanOrEqual(3);
    expect((await program.exited).signal).toBe("SIGKILL");
  });

  test("waits when nobody reads, so that memory stays bounded", async () => {
    const count = join(folder, "count");
    writeFileSync(count, "");
    const program = startProgram(
      sh(`while :; do echo "$(head -c 4000 /dev/zero | tr '\\0' x)"; echo >> ${count}; done`),
    );
    const reader = program.lines[Symbol.asyncIterator]();
    await reader.next();
    let printed = 0;
    for (let before = -1; printed !== before || printed === 0; await Bun.sleep(300)) {
      before = printed;
      printed = readFileSync(count).length;
    }
    expect(printed * 4_000).toBeLessThan(4 * 1024 ** 2);
    program.kill();
    await program.exited;
  });

  test("leaves nothing behind that it started when it ends", async () => {
    const pids = join(folder, "left");
    const program = startProgram(sh(`sleep 60 & echo $! > ${pids}; echo done`));
    expect(await Array.fromAsync(program.lines)).toEqual(["done"]);
    expect(await program.exited).toEqual({ code: 0, signal: undefined });
    await untilMet(() => !isAlive(pidsIn(pids)[0]!));
  });

  test.each([
    ["when it is killed", true],
    ["when it ends by itself", false],
  ])("is not waited for longer because something escaped with its output, %s", async (_when, kills) => {
    const pids = join(folder, `escaped-${kills}`);
    const script = `setsid sleep 60 & echo $! > ${pids}; echo line; ${kills ? "sleep 60" : "exit 3"}`;
    const program = startProgram(sh(script));
    const heard: string[] = [];
    for await (const line of program.lines) {
      heard.push(line);
      if (kills) program.kill();
    }
    expect(heard).toEqual(["line"]);
    expect((await program.exited).code).toBe(kills ? undefined : 3);
    process.kill(pidsIn(pids)[0]!, "SIGKILL");
  });

  test("ends with this process, also when that is killed without a word", async () => {
    const pids = join(folder, "orphans");
    const parent = join(folder, "parent.ts");
    const script = `echo $$ >> ${pids}; sh -c 'echo $$ >> ${pids}; trap "" TERM HUP INT PIPE; sleep 60; sleep 60'; :`;
    writeFileSync(
      parent,
      `import { startProgram } from ${JSON.stringify(join(import.meta.dir, "exec.ts"))};
       startProgram(${JSON.stringify(sh(script))});
       await new Promise(() => setInterval(() => {}, 1000));`,
    );
    const child = Bun.spawn([process.execPath, parent], { stdio: ["ignore", "ignore", "inherit"] });
    await untilMet(() => pidsIn(pids).length === 2);
    const both = pidsIn(pids);
    expect(both.every(isAlive)).toBe(true);
    child.kill("SIGKILL");
    await child.exited;
    for (const pid of both) await untilMet(() => !isAlive(pid));
  });
});
