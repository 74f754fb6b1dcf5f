/**
 * Builds `dist/ca3`: one executable with Bun, the code, the sample trace and the page inside.
 *
 *   bun scripts/build.ts [--target bun-linux-arm64] [--outfile dist/ca3]
 */
import { parseArgs } from "node:util";
import { bundlePage } from "../src/dashboard/bundle.ts";

const { values } = parseArgs({
  options: { target: { type: "string" }, outfile: { type: "string", default: "dist/ca3" } },
});

const page = JSON.stringify(await bundlePage());
/** There are no sources to bundle in the executable, so it gets the files of the page themselves. */
const withPage: Bun.BunPlugin = {
  name: "page",
  setup(build) {
    build.onLoad({ filter: /src\/dashboard\/bundle\.ts$/ }, () => ({
      contents: `const files = ${page};\nexport const bundlePage = async () => files;`,
      loader: "js",
    }));
  },
};

const commit = Bun.spawnSync(["git", "rev-parse", "--short", "HEAD"], { stderr: "ignore" });
const result = await Bun.build({
  // Threads are programs of their own; see src/support/thread.ts.
  entrypoints: ["src/main.ts", "src/local/feed/thread.ts"],
  minify: true,
  bytecode: true,
  splitting: true,
  format: "esm",
  sourcemap: "none",
  plugins: [withPage],
  // optional natives of the SSH library, which runs as well on the cryptography of the runtime
  external: ["cpu-features"],
  define: {
    CA3_BUILD_COMMIT: JSON.stringify(
      // An image is built without the history.
      process.env["CA3_COMMIT"] ?? (commit.success ? commit.stdout.toString().trim() : "unknown"),
    ),
  },
  compile: {
    outfile: values.outfile,
    // what the folder it is started in holds for other programs is none of its settings
    autoloadDotenv: false,
    autoloadBunfig: false,
    ...(values.target ? { target: values.target as Bun.Build.CompileTarget } : {}),
  },
});
if (!result.success) {
  for (const log of result.logs) process.stderr.write(`${log}\n`);
  process.exit(1);
}
const size = Bun.file(values.outfile).size / 1024 ** 2;
process.stderr.write(`${values.outfile}: ${size.toFixed(1)} MiB\n`);
