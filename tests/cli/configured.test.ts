import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { configProblems } from "../../src/cli/config/check.ts";
import { parseConfigFile } from "../../src/cli/config-file.ts";
import { configured } from "../../src/cli/configured.ts";
import { settingsRegistry } from "../../src/cli/settings-registry.ts";
import { serverSettings } from "../../src/http/config.ts";
import { Ca3Error } from "../../src/support/errors.ts";

let cwd = "";
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "ca3-configured-"));
  writeFileSync(join(cwd, "ca3.yaml"), "server:\n  port: 1\n  maxStreams: 2\n  maxConcurrent: 3\n");
});
afterAll(() => rmSync(cwd, { recursive: true }));

test("a flag wins over a variable, a variable over the file, the file over the default", async () => {
  const env = { HTTP_PORT: "11", CA3_HTTP_MAX_STREAMS: "12" };
  const values = await configured(serverSettings, { given: { port: "21" }, env, cwd });
  const { port, maxStreams, maxConcurrent, requestsPerSecond } = values;
  expect({ port, maxStreams, maxConcurrent, requestsPerSecond }).toEqual({
    port: 21,
    maxStreams: 12,
    maxConcurrent: 3,
    requestsPerSecond: 50,
  });
});

test("every problem is in one error: unknown keys, wrong values, flags and variables", async () => {
  writeFileSync(join(cwd, "bad.yaml"), "sevrer: 1\nserver:\n  maxStreams: none\n");
  const given = { config: "bad.yaml", port: "-1" };
  const error = await configured(serverSettings, { given, env: { HTTP_HOST: "a b" }, cwd }).catch((e) => e);
  expect(error).toBeInstanceOf(Ca3Error);
  expect(error.code).toBe("CA3_CONFIG");
  expect(error.message.split("\n")).toEqual([
    "bad.yaml:1:1: sevrer: unknown setting, did you mean server?",
    '$HTTP_HOST: expected an IP address or localhost, got "a b"',
    '--port: expected a whole number from 0 to 65535, got "-1"',
    'bad.yaml:3:15: server.maxStreams: expected a whole number from 1 to 10000, got "none"',
  ]);
});

const yamlish = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.json(),
  fc
    .array(
      fc.constantFrom(
        "server",
        ":",
        " ",
        "\n",
        "  ",
        "port",
        "- ",
        "&a",
        "*a",
        "[",
        "]",
        "{",
        "}",
        "|",
        ">",
        "!!",
        '"',
        "'",
        "? ",
        "#",
        "---",
        "80",
        "\t",
        "<<",
        "~",
        "%",
      ),
      { maxLength: 40 },
    )
    .map((parts) => parts.join("")),
);

test("no file makes the reader throw, and every problem has a place and a sentence", async () => {
  await fc.assert(
    fc.asyncProperty(yamlish, async (text) => {
      const file = await parseConfigFile(new TextEncoder().encode(text), "f.yaml");
      for (const { where, message } of configProblems(
        settingsRegistry,
        { given: {}, env: {}, cwd: "/" },
        file,
      )) {
        expect(where).toMatch(/^f\.yaml:\d+:\d+$/);
        expect(message).not.toBe("");
      }
    }),
    { numRuns: 1000 },
  );
});

test("no bytes make the reader throw", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      expect((await parseConfigFile(bytes, "f.yaml")).name).toBe("f.yaml");
    }),
    { numRuns: 500 },
  );
});

test("a command with any settings file fails only with a Ca3Error", async () => {
  const path = join(cwd, "fuzz.yaml");
  await fc.assert(
    fc.asyncProperty(yamlish, async (text) => {
      writeFileSync(path, text);
      const around = { given: { config: "fuzz.yaml" }, env: {}, cwd };
      await configured(serverSettings, around).catch((error) => {
        if (!(error instanceof Ca3Error)) throw error;
      });
    }),
    { numRuns: 300 },
  );
});
