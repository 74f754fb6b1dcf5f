import { gunzipSync } from "node:zlib";
import { bundlePage } from "./bundle.ts";
import type { PageFile, PageFiles } from "./page-files.ts";

/**
 * Answers requests for the dashboard; undefined for every other path. The page is made at the first request. Files
 * travel compressed, are kept by browsers, and are told apart by their content.
 */
export function servePage(
  bundle: () => Promise<PageFiles> = bundlePage,
): (request: Request) => Promise<Response | undefined> {
  let made: Promise<PageFiles> | undefined;
  const files = () => {
    made ??= bundle().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname !== "/" && pathname !== "/index.html" && !pathname.startsWith("/assets/")) return undefined;
    const all = await files();
    const path = pathname === "/index.html" ? "/" : pathname;
    return Object.hasOwn(all, path) ? answer(request, all[path]!) : undefined;
  };
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
