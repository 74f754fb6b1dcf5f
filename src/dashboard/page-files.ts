import { gzipSync } from "node:zlib";

/** One file of the page, compressed once. */
export type PageFile = {
  readonly type: string;
  /** Quoted, as the header has it. */
  readonly etag: string;
  /** Its name changes with its content, so it may be kept for ever. */
  readonly immutable: boolean;
  readonly gzipBase64: string;
};

/** All files of the page by path, the page itself at `/`. */
export type PageFiles = Readonly<Record<string, PageFile>>;

const types: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

export function pageFile(path: string, text: string, immutable: boolean): PageFile {
  const type = types[path.slice(path.lastIndexOf(".") + 1)];
  if (type === undefined) throw new Error(`the page has no files like ${path}`);
  const etag = `"${new Bun.CryptoHasher("sha256").update(text).digest("base64url").slice(0, 22)}"`;
  return { type, etag, immutable, gzipBase64: gzipSync(text, { level: 9 }).toString("base64") };
}

/** Bytes that travel when a browser loads the whole page for the first time. */
export const compressedBytes = (files: PageFiles): number =>
  Object.values(files).reduce((sum, file) => sum + Buffer.from(file.gzipBase64, "base64").byteLength, 0);
