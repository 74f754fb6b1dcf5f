import { expect, test } from "bun:test";
import { Ca3Error } from "../support/errors.ts";
import { type Devices, openTerminal, PLAIN_STATUS_EVERY_MS } from "./terminal.ts";

function screen(over: { terminal?: boolean; input?: boolean; env?: Devices["env"]; answer?: string } = {}) {
  const written: string[] = [];
  const asked: string[] = [];
  const clock = { ms: 0 };
  const stream = (name: string) => ({
    write: (text: string) => void written.push(`${name}:${text}`),
    isTerminal: over.terminal ?? true,
    columns: () => 20,
  });
  const io = openTerminal({
    out: stream("out"),
    err: stream("err"),
    inputIsTerminal: over.input ?? true,
    readLine: async (question) => {
      asked.push(question);
      return over.answer;
    },
    env: over.env ?? {},
    interrupted: new AbortController().signal,
    now: () => clock.ms,
  });
  return { io, written, asked, clock };
}

const CLEAR = "\r\u001b[2K";

test("answers go to stdout and the conversation to stderr", () => {
  const { io, written } = screen();
  io.out("42");
  io.note("working");
  expect(written).toEqual(["out:42\n", "err:working\n"]);
});

test("equal notes in a row are all written", () => {
  const { io, written } = screen();
  for (let i = 0; i < 20; i++) io.note("again");
  expect(written).toEqual(Array(20).fill("err:again\n"));
});

test("the status moves out of the way of other lines and comes back", () => {
  const { io, written } = screen();
  io.status("1 of 2");
  io.out("a");
  io.status("1 of 2");
  io.status("");
  io.note("b");
  expect(written).toEqual([
    `err:${CLEAR}1 of 2`,
    `err:${CLEAR}`,
    "out:a\n",
    `err:${CLEAR}1 of 2`,
    `err:${CLEAR}`,
    "err:b\n",
  ]);
});

test("a status longer than the terminal is cut, so that it stays one line", () => {
  const { io, written } = screen();
  io.status("x".repeat(50));
  expect(written).toEqual([`err:${CLEAR}${"x".repeat(18)}…`]);
});

test.each([
  ["a pipe", { terminal: false }],
  ["a dumb terminal", { env: { TERM: "dumb" } }],
])("on %s a changed status is a plain line, not more often than every ten seconds", (_name, over) => {
  const { io, written, clock } = screen(over);
  io.status("one");
  clock.ms = PLAIN_STATUS_EVERY_MS - 1;
  io.status("two");
  clock.ms = PLAIN_STATUS_EVERY_MS;
  io.status("three");
  io.status("");
  io.note("done");
  expect(written).toEqual(["err:one\n", "err:three\n", "err:done\n"]);
});

test.each([
  ["y", true],
  ["YES ", true],
  ["", false],
  ["yep", false],
  [undefined, false],
])("the answer %p to a question means %p", async (answer, expected) => {
  const { io, asked } = screen(answer === undefined ? {} : { answer });
  expect(await io.confirm("Delete?")).toBe(expected);
  expect(asked).toEqual(["Delete? [y/N] "]);
});

test.each([{ input: false }, { terminal: false }])("nothing is asked with %j", async (over) => {
  const { io, asked } = screen(over);
  expect(io.interactive).toBe(false);
  expect(await io.ask("Name?").catch((error) => error)).toBeInstanceOf(Ca3Error);
  expect(asked).toEqual([]);
});
