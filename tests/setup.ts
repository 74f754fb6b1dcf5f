import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * `bun test` on a fresh clone: install first, so that the README's one command is enough. The resolver of this process
 * has already seen that there are no packages, so the same command line runs once more in a new one.
 */
const root = join(import.meta.dir, "..");
if (!existsSync(join(root, "node_modules", "typebox"))) {
  const run = (words: string[]) =>
    Bun.spawnSync([process.execPath, ...words], { cwd: root, stdio: ["ignore", "inherit", "inherit"] })
      .exitCode;
  if (run(["install", "--frozen-lockfile"]) !== 0)
    throw new Error("bun install failed; run it by hand to see why");
  process.exit(run(testArguments()));
}

/** What followed `bun` on the command line; Bun does not hand it on, the kernel does. */
function testArguments(): string[] {
  try {
    return readFileSync("/proc/self/cmdline", "utf8").split("\0").slice(1, -1);
  } catch {
    return ["test"];
  }
}

/**
 * Tests wait for conditions; how long that takes depends on what else the machine does. Bun holds a default set here to
 * the first file alone, so every file sets it for itself, on its first line.
 */
const setting = `import { setDefaultTimeout as $patience } from "bun:test"; $patience(60_000); `;
Bun.plugin({
  name: "patience",
  setup: (build) =>
    void build.onLoad({ filter: /\.test\.ts$/ }, async ({ path }) => ({
      contents: setting + (await Bun.file(path).text()),
      loader: "ts",
    })),
});
