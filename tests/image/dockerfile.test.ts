import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { version } from "bun/package.json";
import { settingsRegistry } from "../../src/cli/settings-registry.ts";

const text = await Bun.file("Dockerfile").text();
const instructions = text
  .replaceAll("\\\n", " ")
  .split("\n")
  .filter((line) => /^[A-Z]/.test(line));
const last = instructions.slice(instructions.findLastIndex((line) => line.startsWith("FROM ")));
const values = (name: string, from = last) =>
  from.flatMap((line) => (line.startsWith(`${name} `) ? [line.slice(name.length + 1)] : []));

test("the image is built with the Bun that the tests run on", () => {
  expect(values("ARG", instructions)).toContain(`BUILD_IMAGE=docker.io/oven/bun:${version}`);
});

test("it runs one program, as a user without rights, and has nothing else in it", () => {
  expect(values("ENTRYPOINT")).toEqual(['["/usr/local/bin/ca3"]']);
  expect(values("USER")).toEqual(["65532:65532"]);
  expect(values("COPY")).toEqual(["--from=build --chmod=0555 /out/ca3 /usr/local/bin/ca3"]);
  expect(values("RUN")).toEqual([]);
});

test("what it sets is a setting, and no secret", () => {
  const rows = settingsRegistry.flatMap(({ settings }) => Object.values(settings));
  for (const pair of values("ENV")[0]!.split(" ")) {
    const row = rows.find(({ env }) => env?.includes(pair.split("=")[0]!));
    expect({ pair, known: row !== undefined, secret: row?.secret ?? false }).toEqual({
      pair,
      known: true,
      secret: false,
    });
  }
});

test("what it builds from is there, and reaches the builder", async () => {
  const ignored = (await Bun.file(".dockerignore").text()).trim().split("\n");
  expect(ignored[0]).toBe("*");
  for (const kept of ignored.slice(1))
    expect({ kept, there: existsSync(kept.slice(1)) }).toEqual({ kept, there: true });
  const wanted = values("COPY", instructions)[0]!.split(" ").slice(0, -1);
  for (const name of [...wanted, "src", "scripts", "assets"]) expect(ignored).toContain(`!${name}`);
});
