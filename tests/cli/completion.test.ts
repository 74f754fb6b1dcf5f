import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { leaves } from "../../src/cli/catalogue.ts";
import { commands } from "../../src/cli/commands.ts";
import { bashCompletion } from "../../src/cli/completion/bash.ts";
import { fishCompletion } from "../../src/cli/completion/fish.ts";
import { completionModel } from "../../src/cli/completion/model.ts";
import { zshCompletion } from "../../src/cli/completion/zsh.ts";
import { ca3 } from "../helpers/cli.ts";
import { sampleCatalogue } from "./sample-catalogue.ts";

const folder = mkdtempSync(join(tmpdir(), "ca3-completion-"));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "trace.csv"), "");

function shell(words: string[]): { code: number; out: string; err: string } {
  const run = Bun.spawnSync(words, { cwd: folder, env: { PATH: process.env["PATH"], HOME: folder } });
  return { code: run.exitCode, out: run.stdout.toString(), err: run.stderr.toString() };
}

/** What bash would offer for the line; the words are split as bash splits them, at spaces and `=`. */
function offered(script: string, line: string): string[] {
  writeFileSync(join(folder, "ca3.bash"), script);
  const words = line.split(/ |(?==)|(?<==)/);
  const quoted = words.map((word) => `'${word}'`).join(" ");
  const { code, out, err } = shell([
    "bash",
    "-c",
    `source ./ca3.bash; COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _ca3; printf '%s\\n' "\${COMPREPLY[@]}"`,
  ]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return out.split("\n").filter(Boolean);
}

describe("bash", async () => {
  const script = bashCompletion(await completionModel(sampleCatalogue));
  test.each([
    ["ca3 s", ["show", "stubborn", "stream"]],
    ["ca3 pets ", ["cat"]],
    ["ca3 --quiet pets c", ["cat"]],
    ["ca3 pets cat --q", ["--quiet"]],
    ["ca3 pets cat -", ["--quiet", "-q", "--no-color", "--debug", "--help", "-h"]],
    ["ca3 show --output ", ["text", "json"]],
    ["ca3 show --output=j", ["json"]],
    ["ca3 show --output=", ["text", "json"]],
    ["ca3 show --output json --si", ["--since"]],
    ["ca3 show --since pets --ou", ["--output"]],
    ["ca3 show --since=pets --ou", ["--output"]],
    ["ca3 exec -- --q", []],
    ["ca3 show ", []],
    ["ca3 --ver", ["--version"]],
  ])("completes %p", (line, expected) => expect(offered(script, line)).toEqual(expected));

  test("offers files where a file is wanted, and commands and topics to help", async () => {
    const real = (await ca3("completion bash")).out;
    expect(offered(real, "ca3 config check --config tr")).toEqual(["trace.csv"]);
    expect(offered(real, "ca3 help env")).toEqual(["environment"]);
    expect(offered(real, "ca3 completion ")).toEqual(["bash", "zsh", "fish"]);
    expect(offered(real, "ca3 config ")).toEqual(["init", "check", "schema", "explain"]);
  });
});

test.each(["bash", "zsh", "fish"])("the %s script names every command and every long flag", async (name) => {
  const { code, out, notes } = await ca3(`completion ${name}`);
  expect({ code, notes }).toEqual({ code: 0, notes: "" });
  for (const { name: command, flags } of (await completionModel(commands)).commands) {
    for (const word of command.split(" ")) expect(out).toContain(word);
    for (const { spellings } of flags) expect(out).toContain(spellings[0]!.slice(2));
  }
  expect([...leaves(commands)].length).toBeGreaterThan(5);
});

test.each(["powershell", "bsah"])("completion %s is refused", async (name) => {
  const { code, notes } = await ca3(`completion ${name}`);
  expect(code).toBe(2);
  expect(notes).toStartWith(`error: SHELL must be one of bash, zsh, fish, got ${name}`);
});

const script = { zsh: zshCompletion, fish: fishCompletion } as const;
describe.each(["zsh", "fish"] as const)("%s", (name) => {
  test.skipIf(Bun.which(name) === null)("reads the scripts without a complaint", async () => {
    for (const catalogue of [commands, sampleCatalogue]) {
      writeFileSync(join(folder, name), script[name](await completionModel(catalogue)));
      expect(shell([name, "-n", join(folder, name)])).toEqual({ code: 0, out: "", err: "" });
    }
  });
});

test.skipIf(Bun.which("fish") === null)("fish completes commands, verbs, flags and values", async () => {
  writeFileSync(join(folder, "ca3.fish"), fishCompletion(await completionModel(sampleCatalogue)));
  const complete = (line: string) =>
    shell(["fish", "--no-config", "-c", `source ./ca3.fish; complete -C '${line}'`])
      .out.split("\n")
      .filter(Boolean)
      .map((row) => row.split("\t")[0]);
  expect(complete("ca3 sh")).toEqual(["show"]);
  expect(complete("ca3 pets ")).toEqual(["cat"]);
  expect(complete("ca3 show --out")).toEqual(["--output"]);
  expect(complete("ca3 show --output ").sort()).toEqual(["json", "text"]);
});
