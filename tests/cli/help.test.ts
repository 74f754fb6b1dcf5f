import { describe, expect, test } from "bun:test";
import { leaves } from "../../src/cli/catalogue.ts";
import { commands } from "../../src/cli/commands.ts";
import { parseCommand } from "../../src/cli/parse.ts";
import { acceptedArgs } from "../../src/cli/setting-args.ts";
import { errorCodes } from "../../src/support/error-codes.ts";
import { ca3 } from "../helpers/cli.ts";
import { sampleCatalogue as catalogue } from "./sample-catalogue.ts";

test("the page of a command has usage, examples, flags, environment and exit codes", async () => {
  const { code, out, notes } = await ca3("show --help", { catalogue });
  expect({ code, notes }).toEqual({ code: 0, notes: "" });
  expect(out).toMatchInlineSnapshot(`
    "Show some events

    Usage: ca3 show --since TIME [flags] TOPIC [ID …]

    Examples
      # everything of the last hour
      $ ca3 show gpu.metrics.v1 --since 1h
      # two events of one team
      $ ca3 show token.usage.v1 a b --since 1d -t search

    Arguments
      TOPIC  Topic to look at
      ID     Only these

    Flags
      --rate N         Events per second ($RATE, default 200)
      --since TIME     How far back
      -t, --team TEAM  Only this team (may be repeated)
      --output FORMAT  Format (text|json, default text)

    Flags of every command
      -q, --quiet  Print only results and errors
      --no-color   No colour ($NO_COLOR)
      --debug      Show stack traces of errors ($CA3_DEBUG)
      -h, --help   Show this help

    Environment
      CA3_PATIENCE    How long to wait for an answer before giving up on it and
                      going on with the next one (default 90s)
      CA3_SHOW_STYLE  How to show it

    Exit codes
      0    done
      1    failed; the message says why
      2    wrong command line or wrong setting
      3    there was nothing to show
      70   a bug in ca3
      130  interrupted

    Details
      Times are UTC."
  `);
});

test("the page of a noun lists its verbs", async () => {
  expect((await ca3("pets --help", { catalogue })).out).toMatchInlineSnapshot(`
    "Feed the animals

    Usage: ca3 pets <command> [flags]

    Commands
      cat  Feed the cat

    More
      ca3 pets <command> --help"
  `);
});

test("the root page groups the commands", async () => {
  expect((await ca3("", { catalogue })).out).toMatchInlineSnapshot(`
    "ca3 shows what LLM tokens cost on your GPUs, live.

    Usage: ca3 <command> [flags]

    Run
      pets  Feed the animals

    Look
      show      Show some events
      exec      Run a program
      bug       Hit a bug
      late      Hit a bug later
      outage    Fail in two lines
      wait      Wait to be interrupted
      stubborn  Wait whatever happens
      flood     Print two megabytes
      stream    Print until nobody reads
      chat      Say and ask something

    Topics (ca3 help <topic>)
      environment  Every environment variable that ca3 reads
      exit-codes   What the exit codes mean
      errors       Every error code, or one: ca3 help errors CA3_CONFIG
      formatting   Output formats, colour and numbers

    Flags of every command
      -q, --quiet  Print only results and errors
      --no-color   No colour ($NO_COLOR)
      --debug      Show stack traces of errors ($CA3_DEBUG)
      -h, --help   Show this help
      --version    Print the version"
  `);
});

test.each([
  ["-h", ""],
  ["--help", ""],
  ["--quiet", ""],
  ["help", ""],
  ["--help version", "version --help"],
  ["version -h", "version --help"],
  ["version -qh", "version --help"],
  ["help version", "version --help"],
  ["version --bogus --help", "version --help"],
  ["help config check", "config check --help"],
  ["config --help check", "config check --help"],
  ["help config", "config --help"],
])("ca3 %s prints what ca3 %s prints", async (line, same) => {
  const page = await ca3(same);
  expect(page.out.length).toBeGreaterThan(100);
  expect(await ca3(line)).toEqual(page);
});

test("the root page loads no command", async () => {
  const load = () => Promise.reject(new Error("loaded"));
  const lazy = { one: { group: "Look", summary: "One", load } } as const;
  for (const line of ["", "--help", "oen"]) {
    const { notes } = await ca3(line, { catalogue: lazy });
    expect(notes).not.toContain("loaded");
  }
});

describe("every command", () => {
  test.each([...leaves(commands)])("%s has a page that fits 80 columns", async (name, leaf) => {
    const { out } = await ca3(`${name.replace("ca3 ", "")} --help`, { columns: 200 });
    expect(out).toStartWith(`${leaf.summary}\n\nUsage: ${name} `);
    expect(out.split("\n").filter((line) => Bun.stringWidth(line) > 80)).toEqual([]);
  });

  test.each([...leaves(commands)])("%s has two examples that the guard accepts", async (name, leaf) => {
    const module = (await leaf.load()).default;
    expect(module.examples.length).toBeGreaterThanOrEqual(2);
    const own = module.examples.map(([line]) =>
      line
        .match(/ca3 [^|>)]*/)![0]
        .trim()
        .split(" "),
    );
    for (const words of own) {
      if (words[1]?.startsWith("--")) continue;
      const after = words.slice(name.split(" ").length);
      expect(words.join(" ")).toStartWith(name);
      await parseCommand(name, after, acceptedArgs(module), { rest: module.rest !== undefined });
    }
  });

  test.each([...leaves(commands)])("%s names each flag and each short flag once", async (_name, leaf) => {
    const module = (await leaf.load()).default;
    const flags = Object.values(module.settings ?? {}).flatMap(({ flag }) => flag ?? []);
    const own = Object.keys(module.args);
    const aliases = Object.values(acceptedArgs(module)).flatMap((def) =>
      "alias" in def ? [def.alias ?? []].flat() : [],
    );
    for (const list of [[...flags, ...own], aliases]) expect(list).toEqual([...new Set(list)]);
  });
});

describe("topics", () => {
  test.each(["environment", "exit-codes", "errors", "formatting"])(
    "ca3 help %s fits 80 columns",
    async (topic) => {
      const { code, out } = await ca3(`help ${topic}`);
      expect(code).toBe(0);
      expect(out.split("\n").filter((line) => Bun.stringWidth(line) > 80)).toEqual([]);
    },
  );

  test("ca3 help environment names every variable of the settings", async () => {
    const { out } = await ca3("help environment");
    for (const name of ["CA3_CONFIG", "NO_COLOR", "HTTP_PORT", "CA3_API_TOKEN_FILE"])
      expect(out).toContain(name);
  });

  test.each(Object.entries(errorCodes))("ca3 help errors %s explains it", async (code, { meaning }) => {
    const { out } = await ca3(`help errors ${code.toLowerCase()}`);
    expect(out.replace(/\s+/g, " ")).toContain(meaning);
  });

  test.each([
    ["help errors CA3_CONFGI", "unknown error code CA3_CONFGI", "did you mean ca3 help errors CA3_CONFIG?"],
    ["help enviroment", "unknown command enviroment", "did you mean ca3 help environment?"],
    ["help confgi", "unknown command confgi", "did you mean ca3 help config?"],
    ["help config chekc", "unknown command ca3 config chekc", "did you mean ca3 help config check?"],
  ])("ca3 %s is refused", async (line, message, hint) => {
    const { code, notes } = await ca3(line);
    expect(code).toBe(2);
    expect(notes).toStartWith(`error: ${message}\n  try: ${hint}\n`);
  });

  test("ca3 help errors CA3_USAGE", async () => {
    expect((await ca3("help errors usage")).out).toMatchInlineSnapshot(`
      "CA3_USAGE

      Meaning
        The command line has an unknown command, flag or value.

      Fix
        Read the hint, or run the command with \`--help\`.

      Exit code
        2: wrong command line or wrong setting"
    `);
  });
});
