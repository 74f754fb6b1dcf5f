import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Entry } from "./tar.ts";

export type Arch = "amd64" | "arm64";
export const hostArch: Arch = process.arch === "arm64" ? "arm64" : "amd64";

/** The loader of the C library where programs look for it, and the folder of the others. */
const places = {
  amd64: { loader: "lib64/ld-linux-x86-64.so.2", libraries: "lib/x86_64-linux-gnu" },
  arm64: { loader: "lib/ld-linux-aarch64.so.1", libraries: "lib/aarch64-linux-gnu" },
} as const;
/** What the executable is linked against; the C library finds names by itself. */
const libraries = ["libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "libresolv.so.2"];

const USER = 65_532;
const settings: readonly Entry[] = [
  text("etc/passwd", `root:x:0:0:root:/root:/sbin/nologin\nca3:x:${USER}:${USER}:ca3:/tmp:/sbin/nologin\n`),
  text("etc/group", `root:x:0:\nca3:x:${USER}:\n`),
  text("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"),
];

const mountPoints: readonly Entry[] = [
  ...["dev/", "proc/", "sys/", "run/"].map((path) => ({ path, mode: 0o755 })),
  { path: "tmp/", mode: 0o1777 },
];

/**
 * What a program with the C library needs and nothing else: no shell, no packages. The library is that of this system,
 * or for another processor that of the Debian package, which apt fetches without installing it.
 */
export async function baseFiles(arch: Arch): Promise<Entry[]> {
  const fetched = arch === hostArch ? undefined : await debianLibrary(arch);
  try {
    const root = fetched ?? "/";
    const { loader, libraries: folder } = places[arch];
    const files = [loader, ...libraries.map((name) => `${folder}/${name}`)].map((path): Entry => {
      const found = [path, `usr/${path}`].map((one) => join(root, one)).find((one) => existsSync(one));
      if (found === undefined) throw new Error(`${path} is not on this system; the image needs glibc`);
      return { path, mode: 0o755, bytes: readFileSync(found) };
    });
    const notice = join(root, "usr/share/doc/libc6/copyright");
    const licence: Entry[] = existsSync(notice)
      ? [{ path: "usr/share/doc/libc6/copyright", mode: 0o644, bytes: readFileSync(notice) }]
      : [];
    return withFolders([...files, ...licence, ...settings, ...mountPoints]);
  } finally {
    if (fetched) rmSync(fetched, { recursive: true, force: true });
  }
}

/** A folder that holds the C library of another processor. */
async function debianLibrary(arch: Arch): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "ca3-libc-"));
  const lists = join(folder, "lists");
  const apt = [
    ...["apt-get", "-qq", "-o", `APT::Architecture=${arch}`, "-o", `APT::Architectures=${arch}`],
    ...["-o", `Dir::State::Lists=${lists}`, "-o", `Dir::Cache=${folder}`, "-o", "APT::Sandbox::User=root"],
    ...["-o", "Dir::State::Status=/dev/null"],
  ];
  await run(["mkdir", "-p", join(lists, "partial"), join(folder, "archives/partial")], folder);
  await run([...apt, "update"], folder);
  await run([...apt, "download", `libc6:${arch}`], folder);
  await run(["sh", "-c", "dpkg-deb -x libc6_*.deb ."], folder);
  return folder;
}

/** Every folder before what it holds, each once. */
export function withFolders(entries: readonly Entry[]): Entry[] {
  const made = new Set(entries.map(({ path }) => path));
  return entries.flatMap((entry) => {
    const words = entry.path.replace(/\/$/, "").split("/").slice(0, -1);
    const folders = words.map((_, at) => `${words.slice(0, at + 1).join("/")}/`);
    const fresh = folders.filter((path) => !made.has(path) && made.add(path));
    return [...fresh.map((path): Entry => ({ path, mode: 0o755 })), entry];
  });
}

function text(path: string, content: string): Entry {
  return { path, mode: 0o644, bytes: new TextEncoder().encode(content) };
}

export async function run(words: readonly string[], cwd = "."): Promise<void> {
  const child = Bun.spawn([...words], { cwd, stdio: ["ignore", "ignore", "inherit"] });
  if ((await child.exited) !== 0) throw new Error(`${words.join(" ")} failed`);
}
