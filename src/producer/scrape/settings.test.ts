import { describe, expect, test } from "bun:test";
import { inspect } from "node:util";
import { scrapeTokens, tokenFor } from "./tokens.ts";
import { endpointUrls } from "./urls.ts";

describe("endpoints", () => {
  test("get a path where none is given, and count once", () =>
    expect(endpointUrls.parse("http://a:9400, https://b/x?y=1,http://a:9400/metrics")).toEqual({
      value: ["http://a:9400/metrics", "https://b/x?y=1"],
    }));
  test.each([
    ["", "expected URLs"],
    ["node-1:9400", "expected a URL"],
    ["file:///etc/passwd", "expected a URL"],
    ["http://user:secret@a/metrics", "must not hold a password"],
  ])("%j is refused: %s", (raw, words) =>
    expect((endpointUrls.parse(raw) as { problem: string }).problem).toContain(words),
  );
});

describe("tokens", () => {
  const parse = (raw: unknown) => (scrapeTokens.parse(raw) as { value: never[] }).value;
  const file = (path: string) => `from ${path}\n`;
  const revealed = (raw: string, url: string) => tokenFor(url, parse(raw), file)?.reveal();

  test.each([
    ["one for all", "s3cret", "http://a/metrics", "s3cret"],
    ["one by endpoint", "http://a/* one\nhttp://b/* two", "http://b/metrics", "two"],
    ["the first that fits", "http://b/* two; rest", "http://b/metrics", "two"],
    ["the one for the rest", "# ours\nhttp://b/* two; rest", "http://c/metrics", "rest"],
    ["none", "http://b/* two", "http://c/metrics", undefined],
    ["from a file", "@/run/token", "http://c/metrics", "from /run/token"],
  ])("%s", (_name, raw, url, token) => expect(revealed(raw, url)).toBe(token));

  test("are never printed", () => {
    const value = parse("http://a/* s3cret");
    expect(JSON.stringify(value) + inspect(value, { depth: 9 })).not.toContain("s3cret");
  });

  test.each(["", "a b c", "tökén", 7])("%j is refused", (raw) =>
    expect(scrapeTokens.parse(raw)).toHaveProperty("problem"),
  );
});
