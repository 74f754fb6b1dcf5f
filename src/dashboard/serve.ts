import { gunzipSync } from "node:zlib";
import { bundlePage } from "./bundle.ts";
import type { PageFile, PageFiles } from "./page-files.ts";

export type PageServer = {
  /** Undefined for every path that is not the page's. */
  (request: Request): Promise<Response | undefined>;
  /** Makes the page now, so that the first reader does not wait for it. */
  prepare(): void;
};

/**
 * Answers requests for the dashboard. The page is made once, at the first request unless it was prepared. Files travel
 * compressed, are kept by browsers, and are told apart by their content.
 */
export function servePage(bundle: () => Promise<PageFiles> = bundlePage): PageServer {
  let made: Promise<PageFiles> | undefined;
  const files = () => {
    made ??= bundle().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
  const serve = async (request: Request) => {
    const { pathname } = new URL(request.url);
    if (pathname !== "/" && pathname !== "/index.html" && !pathname.startsWith("/assets/")) return undefined;
    const all = await files();
    const path = pathname === "/index.html" ? "/" : pathname;
    return Object.hasOwn(all, path) ? answer(request, all[path]!) : undefined;
  };
  // What fails is tried again at the next request, which hears of it.
  return Object.assign(serve, { prepare: () => void files().catch(() => {}) });
}

function answer(request: Request, file: PageFile): Response {
  const headers = new Headers({
    "content-type": file.type,
    "cache-control": file.immutable ? "public, max-age=31536000, immutable" : "no-cache",
    etag: file.etag,
    vary: "accept-encoding",
  });
  if (matches(request.headers.get("if-none-match"), file.etag))
    return new Response(null, { status: 304, headers });
  const bytes = Buffer.from(file.gzipBase64, "base64");
  if (/\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(request.headers.get("accept-encoding") ?? "")) {
    headers.set("content-encoding", "gzip");
    return new Response(bytes, { headers });
  }
  return new Response(gunzipSync(bytes), { headers });
}

/** RFC 9110, 13.1.2: a list of tags, weak ones too, or `*`. */
const matches = (header: string | null, etag: string): boolean =>
  (header ?? "").split(",").some((tag) => tag.trim() === "*" || tag.trim().replace(/^W\//, "") === etag);
