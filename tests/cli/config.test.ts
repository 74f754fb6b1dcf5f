import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { settingsRegistry } from "../../src/cli/settings-registry.ts";
import { ca3 } from "../helpers/cli.ts";

const root = mkdtempSync(join(tmpdir(), "ca3-config-"));
afterAll(() => rmSync(root, { recursive: true }));
let count = 0;
const folder = (text?: string, name = "ca3.yaml"): string => {
  const path = mkdtempSync(join(root, `${count++}-`));
  if (text !== undefined) writeFileSync(join(path, name), text);
  return path;
};

describe("config init", () => {
  test("writes a file that config check accepts and that changes nothing", async () => {
    const cwd = folder();
    const before = await ca3("config explain --output json", { cwd });
    expect(await ca3("config init", { cwd })).toMatchObject({
      code: 0,
      out: "",
      notes: "wrote ca3.yaml; change it, then run: ca3 config check",
    });
    expect(await ca3("config check", { cwd })).toMatchObject({
      code: 0,
      out: "ca3.yaml is correct",
      notes: "",
    });
    const after = await ca3("config explain --output json", { cwd });
    expect(JSON.parse(after.out).settings).toEqual(JSON.parse(before.out).settings);
  });

  test("shows real defaults: with every line uncommented, only the origins change", async () => {
    const cwd = folder();
    const defaults = JSON.parse((await ca3("config explain --output json", { cwd })).out).settings;
    const { out } = await ca3("config init --stdout", { cwd });
    writeFileSync(join(cwd, "ca3.yaml"), out.replace(/^( *)#(\w+:)/gm, "$1$2"));
    const { code, out: explained } = await ca3("config explain --output json", { cwd });
    expect(code).toBe(0);
    const values = (rows: { setting: string; value: unknown }[]) =>
      rows.map(({ setting, value }) => [setting, value]);
    expect(values(JSON.parse(explained).settings)).toEqual(values(defaults));
    expect(explained).toContain('"source":"file"');
    expect(explained).not.toContain('"source":"default"');
  });

  test("never overwrites a file", async () => {
    const cwd = folder("data: mine\n");
    const { code, notes } = await ca3("config init", { cwd });
    expect(code).toBe(1);
    expect(notes).toStartWith("error: ca3.yaml exists already and is left as it is\n  try: ca3 config check");
    expect(readFileSync(join(cwd, "ca3.yaml"), "utf8")).toBe("data: mine\n");
  });

  test("says why it cannot write", async () => {
    const { code, notes } = await ca3("config init --config no/such/folder.yaml", { cwd: folder() });
    expect(code).toBe(1);
    expect(notes).toStartWith("error: cannot write no/such/folder.yaml: ENOENT\n");
  });
});

describe("config check", () => {
  test("reports all problems at once, with line and column, in the order of the file", async () => {
    const cwd = folder(
      [
        "dta: here",
        "server:",
        "  prot: 80",
        "  port: high",
        "  maxStreams: 0",
        "up: 5",
        "sessionTtl: 1h",
        "extra: {}",
      ].join("\n"),
    );
    const { code, out, notes } = await ca3("config check", { cwd, env: { CA3_SESSION_TTL: "long" } });
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(notes.split("\n").map((line) => line.trim())).toEqual([
      "error: ca3.yaml:1:1: dta: unknown setting, did you mean data?",
      "ca3.yaml:3:3: server.prot: unknown setting, did you mean server.port?",
      'ca3.yaml:4:9: server.port: expected a whole number from 0 to 65535, got "high"',
      "ca3.yaml:5:15: server.maxStreams: expected a whole number from 1 to 10000, got 0",
      "ca3.yaml:6:5: up: is a section: put its settings on indented lines below",
      "ca3.yaml:7:1: sessionTtl: unknown setting, did you mean server.sessionTtl?",
      "ca3.yaml:8:1: extra: unknown setting",
      '$CA3_SESSION_TTL: server.sessionTtl: expected a time with its unit, such as 500ms, 30s, 15m, 2h or 30d, got "long"',
      "try: ca3 config init --stdout",
      "see: ca3 help errors CA3_CONFIG",
    ]);
  });

  test("gives the same as JSON", async () => {
    const cwd = folder("server:\n  prot: 80\n");
    const { code, out, notes } = await ca3("config check --output json", { cwd, env: { CA3_DAT: "x" } });
    expect({ code, notes, answer: JSON.parse(out) }).toEqual({
      code: 2,
      notes: "",
      answer: {
        version: 1,
        ok: false,
        file: "ca3.yaml",
        problems: [
          {
            where: "ca3.yaml:2:3",
            line: 2,
            column: 3,
            setting: "server.prot",
            message: "unknown setting, did you mean server.port?",
          },
        ],
        warnings: ["$CA3_DAT is read by nothing, did you mean $CA3_DATA?"],
      },
    });
  });

  test.each([
    ["server:\n  port: [1\n", /ca3\.yaml:3:1: not valid YAML: .*flow/i],
    ["server:\n\tport: 1\n", /^error: ca3\.yaml:2:1: not valid YAML: .*tab/i],
    ["server:\n  port: 1\n  port: 2\n", /^error: ca3\.yaml:3:3: not valid YAML: Map keys must be unique/],
    ["a: 1\n---\nb: 2\n", /ca3\.yaml:2:1: not valid YAML: only one document/],
    ["- a\n- b\n", /^error: ca3\.yaml:1:1: expected settings, such as server:/],
    ["server: !secret x\n", /^error: ca3\.yaml:1:9: not valid YAML: .*tag/i],
    ["server: *nothing\n", /^error: ca3\.yaml:1:9: not valid YAML: .*alias/i],
    ["? [a]\n: b\n", /^error: ca3\.yaml:1:3: expected a name before the colon/],
    [
      `${"[".repeat(60)}${"]".repeat(60)}`,
      /^error: ca3\.yaml:1:1: not readable as YAML: nested deeper than 50/,
    ],
  ])("names what is wrong with %j", async (text, expected) => {
    const { code, notes } = await ca3("config check", { cwd: folder(text) });
    expect(code).toBe(2);
    expect(notes).toMatch(expected);
  });

  test("survives a file whose aliases would unfold to billions of values", async () => {
    const lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1]"];
    for (let i = 1; i < 12; i++)
      lines.push(
        `a${i}: &a${i} [${Array(9)
          .fill(`*a${i - 1}`)
          .join(", ")}]`,
      );
    const { code, notes } = await ca3("config check", { cwd: folder(lines.join("\n")) });
    expect(code).toBe(2);
    expect(notes).toContain("more than 20000 values");
  });

  test.each([
    ["nothing at all", undefined, "there is no ca3.yaml; defaults apply"],
    ["an empty file", "", "ca3.yaml is correct"],
    ["only comments", "# nothing\n", "ca3.yaml is correct"],
    ["an empty section", "server:\n", "ca3.yaml is correct"],
    ["an alias", "up: &e\n  once: true\nserver:\n", "ca3.yaml is correct"],
    ["a byte order mark and CRLF", "\ufeffserver:\r\n  port: 80\r\n", "ca3.yaml is correct"],
  ])("accepts %s", async (_name, text, out) => {
    expect(await ca3("config check", { cwd: folder(text) })).toMatchObject({ code: 0, out });
  });

  test.each([
    [{ env: { CA3_CONFIG: "other.yaml" } }, ""],
    [{}, "--config other.yaml"],
  ])("reads the file that %j %s names, which must exist", async (options, flag) => {
    const cwd = folder("nonsense: 1\n", "other.yaml");
    expect((await ca3(`config check ${flag}`, { ...options, cwd })).notes).toContain(
      "other.yaml:1:1: nonsense",
    );
    const { code, notes } = await ca3(`config check ${flag}`, { ...options, cwd: folder() });
    expect(code).toBe(1);
    expect(notes).toStartWith("error: cannot read the settings file other.yaml: ENOENT");
  });

  test("a secret is never repeated", async () => {
    const cwd = folder("server:\n  token: short\n");
    const checked = await ca3("config check", { cwd });
    expect(checked.notes).toContain("ca3.yaml:2:10: server.token: expected 16 to 512");
    const explained = await ca3("config explain", { cwd });
    expect(checked.notes + explained.out + explained.notes).not.toContain("short");
  });
});

describe("config explain", () => {
  test("shows each value and where it came from, and hides secrets", async () => {
    const cwd = folder("server:\n  port: 9000\n  sessionTtl: 90m\n");
    writeFileSync(join(cwd, "token"), "a-token-of-sixteen-letters\n");
    const env = { HTTP_HOST: "localhost", PORT: "1", CA3_API_TOKEN_FILE: "token" };
    const { code, out } = await ca3("config explain", { cwd, env });
    expect(code).toBe(0);
    const rows = out.split("\n").map((line) => line.split(/ {2,}/));
    expect(rows).toContainEqual(["server.host", "localhost", "$HTTP_HOST"]);
    expect(rows).toContainEqual(["server.port", "1", "$PORT"]);
    expect(rows).toContainEqual(["server.sessionTtl", "90m", "ca3.yaml:3:15"]);
    expect(rows).toContainEqual(["server.token", "[redacted]", "$CA3_API_TOKEN_FILE"]);
    expect(rows).toContainEqual(["server.maxStreams", "100", "default"]);
    expect(rows).toContainEqual(["server.allowedHosts", "–", "not set"]);
    const json = JSON.parse((await ca3("config explain --output json", { cwd, env })).out);
    expect(json.settings).toContainEqual({
      setting: "server.token",
      value: "[redacted]",
      source: "environment",
      origin: "$CA3_API_TOKEN_FILE",
    });
  });

  test("shows what it can and reports what is wrong", async () => {
    const { code, out, notes } = await ca3("config explain", { cwd: folder("server:\n  port: x\n") });
    expect(code).toBe(2);
    expect(out).toMatch(/server\.port +8080 +ca3\.yaml:2:9/);
    expect(notes).toStartWith("error: ca3.yaml:2:9: server.port: expected a whole number");
  });
});

describe("config schema", () => {
  test("describes every setting and nothing else", async () => {
    const { Compile } = await import("typebox/schema");
    const { out } = await ca3("config schema");
    const schema = JSON.parse(out);
    expect(schema.$schema).toBe("https://json-schema.org/draft/2020-12/schema");
    for (const { settings } of settingsRegistry)
      for (const { path, doc } of Object.values(settings)) {
        const node = path.split(".").reduce((one, key) => one?.properties?.[key], schema);
        expect(node?.description).toStartWith(doc);
      }
    const validator = Compile(schema);
    const { parse } = await import("yaml");
    const accepts = (text: string) => validator.Check(parse(text));
    expect(accepts((await ca3("config init --stdout")).out.replace(/^( *)#(\w+: )/gm, "$1$2"))).toBe(true);
    expect(accepts("server:\n  port: 80\n")).toBe(true);
    expect(accepts("server:\n  prot: 80\n")).toBe(false);
    expect(accepts("server:\n  port: x\n")).toBe(false);
    expect(accepts("nonsense: 1\n")).toBe(false);
  });
});
