import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Ca3Error } from "../../support/errors.ts";
import type { Evidence } from "../../verify/evidence.ts";

const PACKED = /\.(tgz|tar\.gz)$/;

/**
 * Where evidence goes: a folder, or a packed file when its name ends like one. Throws CA3_FILE at once when something is
 * there that it would be mixed with, or overwrite.
 */
export function evidencePlace(name: string, cwd: string): (files: Evidence) => Promise<string> {
  const path = resolve(cwd, name);
  const taken = existsSync(path) && (!statSync(path).isDirectory() || readdirSync(path).length > 0);
  if (taken)
    throw new Ca3Error("CA3_FILE", `${name} is there already`, {
      hint: "choose another name for --evidence",
    });
  return async (files) => {
    const packed = PACKED.test(name);
    mkdirSync(packed ? dirname(path) : path, { recursive: true, mode: 0o700 });
    if (packed) {
      const bytes = await new Bun.Archive(files, { compress: "gzip" }).bytes();
      writeFileSync(path, bytes, { mode: 0o600 });
    } else
      for (const [file, text] of Object.entries(files)) {
        mkdirSync(dirname(join(path, file)), { recursive: true, mode: 0o700 });
        writeFileSync(join(path, file), text, { mode: 0o600 });
      }
    return `${Object.keys(files).length} files of evidence, without secrets, are in ${name}`;
  };
}
