import { expect, test } from "bun:test";
import { NOW_MS, testApi } from "./api.ts";

test.each(["/health", "/api/v1/status", "/nowhere"])("%s says what time it is here", async (path) => {
  const { ask } = await testApi();
  const { headers } = await ask(path);
  expect(Date.parse(headers.get("date")!)).toBe(NOW_MS);
});
