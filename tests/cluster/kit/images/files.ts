import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Entry } from "../../../../scripts/image/tar.ts";
import { command } from "../../../services/cache.ts";

/** A file of this machine at a place of an image. */
export const fileAt = (path: string, from: string, mode = 0o755): Entry => ({
  ...{ path, mode, bytes: readFileSync(from) },
});

export const textAt = (path: string, text: string, mode = 0o755): Entry => ({
  ...{ path, mode, bytes: new TextEncoder().encode(text) },
});

/** A folder with all below it; links are followed, for what they lead to is not in the image. */
export function folderAt(
  path: string,
  from: string,
  wanted: (path: string) => boolean = () => true,
): Entry[] {
  return readdirSync(from).flatMap((name) => {
    const source = join(from, name);
    const target = `${path}/${name}`;
    if (!wanted(source)) return [];
    const status = statSync(source, { throwIfNoEntry: false });
    if (status === undefined) return [];
    if (status.isDirectory()) return folderAt(target, source, wanted);
    return [fileAt(target, source, status.mode & 0o111 ? 0o755 : 0o644)];
  });
}

/** Programs of this machine in `/bin`, with the libraries that they are linked against. */
export async function programsWith(...paths: readonly string[]): Promise<Entry[]> {
  const libraries = await Promise.all(paths.map(librariesOf));
  return [
    ...paths.map((path) => fileAt(`bin/${path.slice(path.lastIndexOf("/") + 1)}`, realpathSync(path))),
    ...[...new Set(libraries.flat())].map((path) => fileAt(path.replace(/^\//, ""), realpathSync(path))),
  ];
}

/** The libraries that something is linked against, where the loader looks for them. */
export async function librariesOf(path: string): Promise<string[]> {
  const listed = await command(["ldd", path]);
  return [...listed.matchAll(/=> (\/\S+)/g)]
    .map(([, found]) => found!)
    .filter((one) => !/\/libjli/.test(one));
}
