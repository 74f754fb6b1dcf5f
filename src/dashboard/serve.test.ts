import { beforeAll, describe, expect, test } from "bun:test";
import { gunzipSync } from "node:zlib";
import { bundlePage } from "./bundle.ts";
import { compressedBytes, type PageFiles, pageFile } from "./page-files.ts";
import { servePage } from "./serve.ts";

let files: PageFiles;
beforeAll(async () => {
  files = await bundlePage();
});
const serve = (headers: Record<string, string> = {}, path = "/") =>
  servePage(async () => files)(new Request(`http://localhost:8080${path}`, { headers }));

describe("the page", () => {
  test("travels in at most 100 KB, everything included", () =>
    expect(compressedBytes(files)).toBeLessThanOrEqual(100_000));

  test("loads nothing from elsewhere and has nothing inline", () => {
    const html = gunzipSync(Buffer.from(files["/"]!.gzipBase64, "base64")).toString();
    for (const [, path] of html.matchAll(/(?:src|href)="([^"]*)"/g))
      expect(Object.keys(files)).toContain(path!);
    expect(html).not.toMatch(/<script[^>]*>[^<]|<style| style=| on\w+=/);
  });

  test("is the same whenever it is made, so that replicas serve each other's readers", async () =>
    expect(await bundlePage()).toEqual(files));
});

describe("a file of the page", () => {
  test("is compressed for those who take that, and plain for others", async () => {
    const packed = (await serve({ "accept-encoding": "br, gzip" }))!;
    const plain = (await serve())!;
    const refused = (await serve({ "accept-encoding": "gzip;q=0" }))!;
    expect(packed.headers.get("content-encoding")).toBe("gzip");
    const html = await plain.text();
    expect(html).toStartWith("<!doctype html>");
    expect(gunzipSync(await packed.arrayBuffer()).toString()).toBe(html);
    expect(await refused.text()).toBe(html);
  });

  test("is kept for ever when its name holds its content, and asked for again when not", async () => {
    const asset = Object.keys(files).find((path) => path.endsWith(".js"))!;
    expect((await serve({}, asset))!.headers.get("cache-control")).toBe(
      "public, max-age=31536000, immutable",
    );
    const page = (await serve())!;
    expect(page.headers.get("cache-control")).toBe("no-cache");
    const etag = page.headers.get("etag")!;
    for (const known of [etag, `"x", W/${etag}`, "*"])
      expect((await serve({ "if-none-match": known }))!.status).toBe(304);
    expect((await serve({ "if-none-match": '"x"' }))!.status).toBe(200);
  });

  test.each(["/assets/nothing.js", "/assets/../bundle.ts", "/assets/", "/reports", "/toString"])(
    "%s is not there",
    async (path) => expect(await serve({}, path)).toBeUndefined(),
  );

  test("of an unknown kind is a mistake of ours", () =>
    expect(() => pageFile("/assets/page.exe", "", true)).toThrow(
      "the page has no files like /assets/page.exe",
    ));
});

test("a page that could not be made is made again at the next request", async () => {
  let tries = 0;
  const page = servePage(async () => {
    if (++tries === 1) throw new Error("no space left");
    return files;
  });
  const ask = () => page(new Request("http://localhost/"));
  await expect(ask()).rejects.toThrow("no space left");
  expect((await ask())!.status).toBe(200);
  expect((await ask())!.status).toBe(200);
  expect(tries).toBe(2);
});

test("a prepared page waits for its first reader, even when preparing failed", async () => {
  let tries = 0;
  const page = servePage(async () => {
    if (++tries === 1) throw new Error("no space left");
    return files;
  });
  page.prepare();
  await Bun.sleep(0);
  page.prepare();
  expect((await page(new Request("http://localhost/")))!.status).toBe(200);
  expect(tries).toBe(2);
});
