import { describe, expect, test } from "bun:test";
import { ApiError, type ApiOptions, createApi, problemFrom } from "./client.ts";

const never = new AbortController().signal;

function clientOf(answer: ApiOptions["fetch"]) {
  const heard = { serverMs: [] as number[], unauthorized: 0 };
  const api = createApi({
    fetch: answer,
    onServerTime: (ms) => heard.serverMs.push(ms),
    onUnauthorized: () => heard.unauthorized++,
  });
  const failure = (query = {}) =>
    api.get("totals", query, never).then(
      () => expect.unreachable(),
      (error: unknown) => problemFrom(error),
    );
  return { api, heard, failure };
}

const problem = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  clientOf(async () => new Response(JSON.stringify(body), { status, headers }));

test("an answer is read from the path and query that were asked for, and tells the server's time", async () => {
  const urls: string[] = [];
  const { api, heard } = clientOf(async (url) => {
    urls.push(url);
    return Response.json({ a: 1 }, { headers: { date: "Mon, 23 Nov 2026 09:00:00 GMT" } });
  });
  expect(await api.get<{ a: number }>("groups", { by: "model", last: "15m" }, never)).toEqual({ a: 1 });
  await api.get("status", {}, never);
  expect(urls).toEqual(["/api/v1/groups?by=model&last=15m", "/api/v1/status"]);
  expect(heard.serverMs[0]).toBe(Date.parse("2026-11-23T09:00:00Z"));
});

describe("a failure is told for people", () => {
  test("with the server's words and when to come back", async () => {
    const { failure } = problem(
      429,
      { title: "Too many requests", detail: "slow down" },
      { "retry-after": "4" },
    );
    expect(await failure()).toEqual({
      status: 429,
      title: "Too many requests",
      detail: "slow down",
      retryAfterS: 4,
    });
  });

  test("also when a proxy answers with a page of its own", async () => {
    const { failure } = clientOf(async () => new Response("<h1>Bad gateway</h1>", { status: 502 }));
    expect(await failure()).toEqual({ status: 502, title: "The server answered 502" });
  });

  test("when nobody answers", async () => {
    const { failure } = clientOf(() => Promise.reject(new TypeError("connection refused")));
    expect(await failure()).toMatchObject({ status: 0, title: "The server cannot be reached" });
  });

  test("when the answer takes too long", async () => {
    const { failure } = clientOf(() => Promise.reject(new DOMException("too slow", "TimeoutError")));
    expect(await failure()).toMatchObject({ status: 0, title: "The server does not answer" });
  });

  test("when the answer is not what it should be", async () => {
    const { failure } = clientOf(async () => new Response("{"));
    expect(await failure()).toMatchObject({ status: -1, title: "The answer could not be read" });
  });
});

test("a refused question says that a login is needed", async () => {
  const { failure, heard } = problem(401, { title: "An access token is required" });
  expect((await failure()).status).toBe(401);
  expect(heard.unauthorized).toBe(1);
});

test("a wrong token is a failure of the login and not of a session", async () => {
  const { api, heard } = problem(401, { title: "An access token is required", detail: "wrong token" });
  const error = await api.login("guess").catch((one: unknown) => one);
  expect(error).toBeInstanceOf(ApiError);
  expect((error as ApiError).problem.detail).toBe("wrong token");
  expect(heard.unauthorized).toBe(0);
});

test("an answer that is not wanted any more is dropped without a problem", async () => {
  const { api } = clientOf((_url, { signal }) => Promise.reject(signal!.reason));
  const gone = new AbortController();
  gone.abort(new DOMException("gone", "AbortError"));
  const error = await api.get("totals", {}, gone.signal).catch((one: unknown) => one);
  expect(error).not.toBeInstanceOf(ApiError);
});
