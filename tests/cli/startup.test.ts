import { expect, test } from "bun:test";
import { dirname, join, normalize } from "node:path";
import { Glob } from "bun";

const transpiler = new Bun.Transpiler({ loader: "ts" });

/** The packages that are in memory once `entry` is imported: what it imports at its top, and what that imports. */
async function packagesOf(entry: string): Promise<string[]> {
  const seen = new Set<string>();
  const packages = new Set<string>();
  const queue = [entry];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (seen.has(file) || !file.endsWith(".ts")) continue;
    seen.add(file);
    for (const { kind, path } of transpiler.scanImports(await Bun.file(file).text())) {
      if (kind !== "import-statement") continue;
      if (path.startsWith(".")) queue.push(normalize(join(dirname(file), path)));
      else packages.add(path);
    }
  }
  return [...packages].filter((name) => !name.startsWith("node:")).sort();
}

test("starting loads consola's core and no other package", async () => {
  expect(await packagesOf("src/main.ts")).toEqual(["consola/core"]);
});

test.each(["version", "help", "completion"])("ca3 %s adds no package", async (name) => {
  expect(await packagesOf(`src/cli/commands/${name}.ts`)).toEqual([]);
});

test.each(
  [...new Glob("src/cli/commands/**/*.ts").scanSync(".")].filter((file) => !file.endsWith(".test.ts")),
)("%s imports heavy libraries only when it runs", async (file) => {
  const heavy =
    /^(hono|prom-client|typebox|yaml|kafkajs|mongodb|bun:sqlite|@hono\/|@aws-sdk\/|consola$|citty$)/;
  expect((await packagesOf(file)).filter((name) => heavy.test(name))).toEqual([]);
});
