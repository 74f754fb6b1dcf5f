import { expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostArch } from "../../scripts/image/base.ts";
import { version } from "../../src/support/version.ts";
import { command } from "../services/cache.ts";
import { withService } from "../services/require.ts";

const LIMIT = 60_000_000;
const root = join(import.meta.dir, "../..");

/** The archive that `npm run image` makes, unpacked. Making it needs glibc, which containers of ours bring along. */
async function madeImage() {
  if (!existsSync("/usr/lib/os-release")) throw new Error("this is no Linux with glibc");
  const folder = mkdtempSync(join(tmpdir(), "ca3-image-"));
  const archive = join(folder, "image.tar");
  await command([process.execPath, join(root, "scripts/image.ts"), "--out", archive], root);
  await command(["tar", "-xf", archive, "-C", folder]);
  return { folder, [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true, force: true }) };
}

await withService("image", madeImage, ({ folder }) => {
  const blob = (digest: string) => join(folder, "blobs", digest.replace(":", "/"));
  const read = (path: string) => JSON.parse(readFileSync(path, "utf8"));
  const index = read(join(folder, "index.json"));
  const platforms = read(blob(index.manifests[0].digest)).manifests;
  const manifest = read(blob(platforms[0].digest));

  test("the archive names the image and its platform", () => {
    expect(index.manifests[0].annotations["io.containerd.image.name"]).toBe(
      `docker.io/library/ca3:${version}`,
    );
    expect(platforms[0].platform).toEqual({ os: "linux", architecture: hostArch });
  });

  test(`all layers together are at most ${LIMIT / 1e6} MB`, () => {
    const bytes = manifest.layers.reduce((sum: number, { size }: { size: number }) => sum + size, 0);
    expect(bytes).toBeGreaterThan(10_000_000);
    expect(bytes).toBeLessThanOrEqual(LIMIT);
  });

  test("it runs as nobody in particular, and has no shell", async () => {
    expect(read(blob(manifest.config.digest)).config).toMatchObject({
      User: "65532:65532",
      Entrypoint: ["/usr/local/bin/ca3"],
    });
    const files = await Promise.all(
      manifest.layers.map(({ digest }: { digest: string }) => command(["tar", "-tzf", blob(digest)])),
    );
    expect(files.join("\n")).not.toMatch(/(^|\/)(sh|bash|apt|dpkg)$/m);
  });

  test.skipIf(process.getuid?.() !== 0)("what it holds is enough to run", async () => {
    const files = join(folder, "rootfs");
    mkdirSync(files);
    for (const { digest } of manifest.layers) await command(["tar", "-xzf", blob(digest), "-C", files]);
    // As a container runtime does: the kernel's own folders are mounted, the rest cannot be written.
    const enter = `mount --bind ${files} ${files}; for one in proc dev; do mount --rbind /$one ${files}/$one; done;
      mount -o remount,ro,bind ${files}; exec chroot --userspec=65532:65532 ${files} /usr/local/bin/ca3 "$@"`;
    const chroot = ["unshare", "--mount", "sh", "-ec", enter, "sh"];
    expect(await command([...chroot, "version"])).toContain(version);
    expect(await command([...chroot, "render", "app"])).toContain("kind: Deployment");
  });
});
