import { expect, test } from "bun:test";
import { join } from "node:path";
import { onTerminal } from "../helpers/on-terminal.ts";

const main = join(import.meta.dir, "sample-program.ts");

/** Runs the sample program; `typed` is typed when the screen shows the text it is listed under. */
const inTerminal = (words: string[], typed: Record<string, string>, env: Record<string, string> = {}) =>
  onTerminal([main, ...words], typed, { env: { PATH: process.env["PATH"], ...env }, cols: 60, rows: 20 });

test.each([
  ["y\n", 0],
  ["n\n", 1],
  ["\n", 1],
  ["\u0004", 1],
])("the answer %j to a question ends with %d", async (keys, code) => {
  const result = await inTerminal(["chat"], { "[y/N]": keys });
  expect(result.code).toBe(code);
  expect(result.screen).toContain("a note\r\n");
  expect(result.screen).toContain("\u001b[2Ka status");
});

test("Ctrl-C at a question stops", async () => {
  const { code, screen } = await inTerminal(["chat"], { "[y/N]": "\u0003" });
  expect(code).toBe(130);
  expect(screen).toContain("stopped before an answer was given");
});

test.each([
  [{}, [], true],
  [{ NO_COLOR: "1" }, [], false],
  [{ TERM: "dumb" }, [], false],
  [{}, ["--no-color"], false],
])("with %j %j a terminal gets colour: %p", async (env, flags, expected) => {
  const { screen } = await inTerminal(["nonsense", ...flags], {}, env as Record<string, string>);
  expect(screen.includes("\u001b[31m")).toBe(expected);
});
