import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { version } from "../../package.json";
import { ca3Process, startCa3 } from "../helpers/cli.ts";

const sample = { main: join(import.meta.dir, "sample-program.ts") };

test("ca3 --version and ca3 version print the version and nothing else", async () => {
  expect(await ca3Process(["--version"])).toEqual({ code: 0, out: `ca3 ${version}\n`, err: "" });
  expect(await ca3Process(["version"])).toEqual({ code: 0, out: `ca3 ${version}\n`, err: "" });
  const { out } = await ca3Process(["--version", "--output", "json"]);
  expect(JSON.parse(out)).toMatchObject({ version: 1, ca3: version, bun: Bun.version });
});

test("an error goes to stderr, with no colour into a pipe, and sets the exit code", async () => {
  const { code, out, err } = await ca3Process(["nonsense"]);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toBe("error: unknown command nonsense\n  try: ca3 help\n  see: ca3 help errors CA3_USAGE\n");
});

test("FORCE_COLOR colours a pipe, and --no-color wins over it", async () => {
  const env = { FORCE_COLOR: "1" };
  expect((await ca3Process(["nonsense"], { env })).err).toStartWith("\u001b[31merror:\u001b[39m");
  expect((await ca3Process(["nonsense", "--no-color"], { env })).err).toStartWith("error:");
});

describe("bugs", () => {
  test("that a command throws exit with 70", async () => {
    const { code, err } = await ca3Process(["bug"], sample);
    expect(code).toBe(70);
    expect(err).toStartWith("error: this looks like a bug in ca3: SyntaxError: ");
    expect(err).not.toContain("sample-catalogue.ts");
  });

  test("that happen in the background are reported the same way, the stack only with --debug", async () => {
    const quietly = await ca3Process(["late"], sample);
    expect(quietly.code).toBe(70);
    expect(quietly.err).toBe(
      [
        "error: this looks like a bug in ca3: RangeError: too late",
        "  try: run it again with --debug and report what it prints",
        "  see: ca3 help errors CA3_BUG\n",
      ].join("\n"),
    );
    expect((await ca3Process(["late", "--debug"], sample)).err).toContain("sample-catalogue.ts");
    const json = await ca3Process(["late", "-o", "json"], sample);
    expect(JSON.parse(json.err).error).toMatchObject({ code: "CA3_BUG", exitCode: 70 });
  });
});

describe("output", () => {
  const piped = async (line: string) => {
    const command = `'${process.execPath}' '${sample.main}' ${line}; echo "code \${PIPESTATUS[0]}" >&2`;
    const run = Bun.spawn(["bash", "-c", command], { stdout: "pipe", stderr: "pipe" });
    return [await new Response(run.stdout).text(), await new Response(run.stderr).text()].map((text) =>
      text.trim(),
    );
  };

  test("is complete, however slowly it is read", async () => {
    expect(await piped("flood | (sleep 0.2; wc -c)")).toEqual(["2000001", "code 0"]);
  });

  test("may be closed early without an error", async () => {
    expect(await piped("flood | head -c 3")).toEqual(["xxx", "code 0"]);
  });

  test("that nobody reads any more ends a stream", async () => {
    expect(await piped("stream | head -n 1")).toEqual(["line", "code 0"]);
  });

  test.skipIf(!existsSync("/dev/full"))("that cannot be written is an error", async () => {
    const [, err] = await piped("flood > /dev/full");
    expect(err).toStartWith("error: cannot write the result to stdout: ENOSPC");
    expect(err).toEndWith("code 1");
  });
});

describe("signals", () => {
  /** Starts a command, waits until it says that it waits, and collects what it says afterwards. */
  async function waiting(command: string) {
    const program = startCa3([command], sample);
    const reader = program.stderr.getReader();
    let said = "";
    const until = async (text: string) => {
      while (!said.includes(text)) {
        const { value, done } = await reader.read();
        if (done) break;
        said += new TextDecoder().decode(value);
      }
      return said;
    };
    await until("waiting\n");
    return { program, until };
  }

  test.each([
    ["SIGINT", "stopping, press again to quit now\nerror: stopped before"],
    ["SIGTERM", "waiting\nerror: stopped before"],
  ] as const)(
    "the first %s asks the command to stop, and speaks of keys only to who pressed one",
    async (signal, said) => {
      const { program, until } = await waiting("wait");
      program.kill(signal);
      expect(await until("CA3_INTERRUPTED\n")).toContain(said);
      expect(await program.exited).toBe(130);
    },
  );

  test("the second one ends a command that does not stop", async () => {
    const { program, until } = await waiting("stubborn");
    program.kill("SIGINT");
    await until("press again to quit now\n");
    const pressing = setInterval(() => program.kill("SIGINT"), 50);
    expect(await program.exited).toBe(130);
    clearInterval(pressing);
  });

  test("one press that arrives twice, as it does under npm, is one", async () => {
    const { program, until } = await waiting("wait");
    program.kill("SIGINT");
    program.kill("SIGINT");
    expect(await until("CA3_INTERRUPTED\n")).toContain("error: stopped before");
    expect(await program.exited).toBe(130);
  });
});
