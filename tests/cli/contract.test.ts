import { describe, expect, test } from "bun:test";
import { ca3 } from "../helpers/cli.ts";
import { sampleCatalogue as catalogue } from "./sample-catalogue.ts";

const usage = (message: string, hint: string | undefined) =>
  [`error: ${message}`, ...(hint ? [`  try: ${hint}`] : []), "  see: ca3 help errors CA3_USAGE"].join("\n");

describe("a line that cannot be understood exits with 2, changes nothing and says what to do", () => {
  test.each([
    ["shwo", "unknown command shwo", "did you mean ca3 show?"],
    ["nonsense", "unknown command nonsense", "ca3 help"],
    ["nonsense --help", "unknown command nonsense", "ca3 help"],
    ["constructor", "unknown command constructor", "ca3 help"],
    ["pets", "ca3 pets needs one of cat", "ca3 pets --help"],
    ["pets cta", "unknown command ca3 pets cta", "did you mean ca3 pets cat?"],
    ["pets dinosaur", "unknown command ca3 pets dinosaur", "ca3 pets --help"],
    ["pets cat more", "surplus argument more: ca3 pets cat takes no arguments", "ca3 pets cat --help"],
    ["pets cat -- more", "surplus argument more: ca3 pets cat takes no arguments", "ca3 pets cat --help"],
    ["--since 1h show", "unknown flag --since before a command", "put the flags of a command after its name"],
    ["--quite show", "unknown flag --quite before a command", "did you mean --quiet?"],
    ["show x --sicne 1h", "unknown flag --sicne", "did you mean --since?"],
    ["show x", "ca3 show needs --since", "ca3 show --help"],
    ["show --since 1h", "ca3 show needs TOPIC", "ca3 show --help"],
    ["show x --since", "--since needs a value", undefined],
    ["show x --since 1h --output xml", "--output must be one of text, json, got xml", undefined],
    ["pets cat --version", "unknown flag --version", undefined],
  ])("ca3 %s", async (line, message, hint) => {
    expect(await ca3(line, { catalogue })).toEqual({
      code: 2,
      out: "",
      notes: usage(message, hint),
      statuses: [""],
    });
  });
});

test("a command gets typed arguments, and apart from them what was given", async () => {
  const { code, out } = await ca3("show t1 a b --since -5 -t x --team y --rate 7", { catalogue });
  expect(code).toBe(3);
  expect(JSON.parse(out)).toEqual({
    topic: "t1",
    ids: ["a", "b"],
    since: "-5",
    team: ["x", "y"],
    output: "text",
    rate: "7",
    quiet: false,
    color: true,
    debug: false,
    help: false,
    given: { since: "-5", team: ["x", "y"], rate: "7" },
  });
});

test.each([
  ["exec -- get -h --quiet", "get|-h|--quiet"],
  ["exec -- -- x", "--|x"],
  ["exec", ""],
])("ca3 %s hands on the words after -- untouched", async (line, out) => {
  expect(await ca3(line, { catalogue })).toMatchObject({ code: 0, out });
});

describe("failures", () => {
  test("of ours print what, try and see, with further lines below the first", async () => {
    expect(await ca3("outage", { catalogue })).toMatchObject({
      code: 1,
      out: "",
      notes: "error: first\n       second\n  try: wait\n  see: ca3 help errors CA3_STORE_UNAVAILABLE",
    });
  });

  test("are one JSON document on stderr when JSON output was asked for", async () => {
    const { code, out, notes } = await ca3("show x --output json", { catalogue });
    expect({ code, out, error: JSON.parse(notes) }).toEqual({
      code: 2,
      out: "",
      error: {
        error: {
          code: "CA3_USAGE",
          message: "ca3 show needs --since",
          hint: "ca3 show --help",
          exitCode: 2,
        },
      },
    });
  });

  test("that nobody expected are called a bug and exit with 70", async () => {
    const { code, notes } = await ca3("bug", { catalogue });
    expect(code).toBe(70);
    expect(notes).toStartWith("error: this looks like a bug in ca3: SyntaxError: ");
    expect(notes).toEndWith(
      "\n  try: run it again with --debug and report what it prints\n  see: ca3 help errors CA3_BUG",
    );
  });

  test.each([["bug --debug"], ["--debug bug"]])("show their stack with %s", async (line) => {
    const { notes } = await ca3(line, { catalogue });
    expect(notes).toMatch(/\n\s+at .*sample-catalogue\.ts/);
  });

  test("show their stack and its cause with $CA3_DEBUG", async () => {
    const { notes } = await ca3("outage", { catalogue, env: { CA3_DEBUG: "1" } });
    expect(notes).toContain("caused by Error: locked");
  });

  test("of an interrupted command exit with 130", async () => {
    const stop = new AbortController();
    const running = ca3("wait", { catalogue, interrupted: stop.signal });
    await Bun.sleep(0);
    stop.abort();
    expect(await running).toMatchObject({
      code: 130,
      notes: "waiting\nerror: stopped before it was finished\n  see: ca3 help errors CA3_INTERRUPTED",
    });
  });
});

test.each([
  ["chat", "a note\nGo on?", ["a status"]],
  ["chat --quiet", "Go on?", []],
  ["-q chat", "Go on?", []],
])("ca3 %s notes %j", async (line, notes, statuses) => {
  expect(await ca3(line, { catalogue, interactive: true, answers: ["y"] })).toEqual({
    code: 0,
    out: "",
    notes,
    statuses,
  });
});

test("--quiet does not silence errors", async () => {
  expect((await ca3("outage -q", { catalogue })).notes).toStartWith("error: first");
});

test.each([
  ["--no-color nonsense", true, false],
  ["--color nonsense", false, true],
  ["nonsense", true, true],
])("the error of %s on a stream with colour %p is coloured: %p", async (line, color, expected) => {
  expect((await ca3(line, { catalogue, color })).notes.includes("\u001b[")).toBe(expected);
});
