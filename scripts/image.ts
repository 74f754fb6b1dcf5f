/**
 * Makes the image that runs in a cluster, without a container engine: an archive for `ctr image import` and for the
 * images folder of K3s. It holds the executable and the C library, and no shell.
 *
 *   bun scripts/image.ts [--arch amd64,arm64] [--out dist/ca3-image.tar] [--rootfs FOLDER]
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { version } from "../src/support/version.ts";
import { type Arch, baseFiles, hostArch, run, withFolders } from "./image/base.ts";
import { ociArchive } from "./image/oci.ts";
import type { Entry } from "./image/tar.ts";

const { values } = parseArgs({
  options: {
    arch: { type: "string", default: hostArch },
    out: { type: "string", default: "dist/ca3-image.tar" },
    rootfs: { type: "string" },
  },
});
const targets: Readonly<Record<Arch, string>> = { amd64: "bun-linux-x64-baseline", arm64: "bun-linux-arm64" };
const arches = values.arch.split(",").map((arch) => {
  if (arch in targets) return arch as Arch;
  throw new Error(`unknown architecture ${arch}; known are ${Object.keys(targets).join(", ")}`);
});

/** Settings of every container that runs the image; the same as in the Dockerfile. */
const runsAs = {
  User: "65532:65532",
  Entrypoint: ["/usr/local/bin/ca3"],
  Env: ["PATH=/usr/local/bin:/usr/bin:/bin", "HTTP_HOST=0.0.0.0", "HTTP_PORT=8080"],
  ExposedPorts: { "8080/tcp": {} },
  WorkingDir: "/",
  StopSignal: "SIGTERM",
  Labels: { "org.opencontainers.image.title": "ca3", "org.opencontainers.image.version": version },
};

async function executable(arch: Arch): Promise<Entry[]> {
  const file = `dist/image/ca3-${arch}`;
  const build = [process.execPath, join(import.meta.dir, "build.ts")];
  await run([...build, "--target", targets[arch], "--outfile", file]);
  return withFolders([{ path: "usr/local/bin/ca3", mode: 0o755, bytes: readFileSync(file) }]);
}

const images = [];
for (const arch of arches) images.push({ arch, layers: [await baseFiles(arch), await executable(arch)] });

if (values.rootfs !== undefined) {
  for (const { path, mode, bytes } of images.flatMap(({ layers }) => layers.flat())) {
    const target = join(values.rootfs, path);
    mkdirSync(path.endsWith("/") ? target : dirname(target), { recursive: true });
    if (bytes) writeFileSync(target, bytes, { mode });
  }
  process.stderr.write(`${values.rootfs}: the files of the image\n`);
} else {
  const archive = ociArchive({
    name: `docker.io/library/ca3:${version}`,
    config: runsAs,
    by: "bun run image",
    images: images.map(({ arch, layers }) => ({ platform: { os: "linux", architecture: arch }, layers })),
  });
  mkdirSync(dirname(values.out), { recursive: true });
  writeFileSync(values.out, archive);
  const size = (archive.length / 1024 ** 2).toFixed(1);
  process.stderr.write(`${values.out}: ca3:${version} for ${arches.join(", ")}, ${size} MiB\n`);
}
