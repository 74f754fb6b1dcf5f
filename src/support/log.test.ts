import { expect, test } from "bun:test";
import { Ca3Error } from "./errors.ts";
import { jsonLogger, type LogOptions } from "./log.ts";
import { Secret } from "./secret.ts";

const clock = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6), sleep: async () => {} };

function recorded(options: LogOptions = {}) {
  const lines: string[] = [];
  return { log: jsonLogger((line) => lines.push(line), { clock, ...options }), lines };
}

test("a line is one JSON object with time, level, message and fields", () => {
  const { log, lines } = recorded();
  log.info("Batch stored.", { records: 12, topic: "gpu.metrics.v1" });
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      ts: "2026-01-02T03:04:05.006Z",
      level: "info",
      message: "Batch stored.",
      records: 12,
      topic: "gpu.metrics.v1",
    },
  ]);
  expect(lines[0]).not.toContain("\n");
});

test("lines below the level are left out", () => {
  const { log, lines } = recorded({ level: "warn" });
  log.debug("a");
  log.info("b");
  log.warn("c");
  log.error("d");
  expect(lines.map((line) => JSON.parse(line).message)).toEqual(["c", "d"]);
});

test("a child logger adds its fields to every line and leaves its parent alone", () => {
  const { log, lines } = recorded({ fields: { service: "processor" } });
  log.with({ partition: 3 }).info("x");
  log.info("y");
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { service: "processor", partition: 3, message: "x" },
    { service: "processor", message: "y" },
  ]);
  expect(JSON.parse(lines[1]!)).not.toHaveProperty("partition");
});

test.each([
  ["a secret", { password: new Secret("hunter2") }],
  ["a secret deep inside", { mongo: { list: [new Secret("hunter2")] } }],
  ["credentials in a URL", { url: "mongodb://ca3:hunter2@db:27017/x" }],
  ["credentials in an error", { error: new Error("no answer from mongodb://ca3:hunter2@db") }],
  ["a password that holds an @ sign", { url: "mongodb://ca3:hun@hunter2@db" }],
])("%s is redacted", (_name, fields) => {
  const { log, lines } = recorded();
  log.error("Failed.", fields);
  expect(lines[0]).toContain("[redacted]");
  expect(lines[0]).not.toContain("hunter2");
});

test("an error is spelled out with code, hint and cause", () => {
  const { log, lines } = recorded();
  const error = new Ca3Error("CA3_FILE", "no such file x", { hint: "ls", cause: new TypeError("inner") });
  log.error("Failed.", { error });
  expect(JSON.parse(lines[0]!).error).toEqual({
    name: "Ca3Error",
    message: "no such file x",
    code: "CA3_FILE",
    hint: "ls",
    cause: { name: "TypeError", message: "inner" },
  });
});

test.each([
  ["a circle", () => circle()],
  [
    "a getter that throws",
    () => ({
      bad: {
        toJSON: () => {
          throw new Error("boom");
        },
      },
    }),
  ],
  ["a bigint", () => ({ big: 12n })],
  ["an e-mail address", () => ({ who: "ada@example.com" })],
])("%s in the fields never throws and the message arrives", (_name, fields) => {
  const { log, lines } = recorded();
  log.info("Still here.", fields());
  expect(JSON.parse(lines[0]!).message).toBe("Still here.");
});

function circle() {
  const node: Record<string, unknown> = {};
  node["self"] = node;
  return node;
}
