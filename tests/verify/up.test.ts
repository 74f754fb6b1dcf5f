import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { ca3 } from "../helpers/cli.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { type RunningUp, runUp } from "../up/running.ts";
import { saying, told, verify } from "./verified.ts";

describe("ca3 verify of a ca3 up", () => {
  const folder = temporaryFolder("verify-up");
  const data = folder.file("data");
  let up: RunningUp;
  let here: string[];
  beforeAll(async () => {
    up = await runUp(["--data", data, "--source", "synthetic"]);
    here = ["--data", data, "--api", up.url];
  }, 60_000);
  afterAll(async () => {
    up.kill("SIGKILL");
    await up.ended;
    folder[Symbol.dispose]();
  });

  test("passes all that it can look at, twice, and follows its own events to the end", async () => {
    for (const _run of [1, 2]) {
      const { code, ok, failed, results, problems } = await verify([...here, "--wait", "30s"]);
      expect([failed, problems, code, ok]).toEqual([[], expect.anything(), 0, true]);
      for (const id of ["processor.ready", "producers.sending", "workflow.appended", "workflow.stored"])
        expect([id, results[id]]).toEqual([id, "pass"]);
      expect([results["workflow.counted"], results["workflow.measured"]]).toEqual(["pass", "pass"]);
      expect(results["kafka.reachable"]).toBe("skip");
    }
  }, 180_000);

  test("its events cost nothing, and can be told from others", async () => {
    const { out } = await ca3(["report", "--data", data, "--by", "team", "--output", "json"]);
    const { groups } = JSON.parse(out) as {
      groups: { key: string; requests: number; inputTokens: number }[];
    };
    expect(groups.find(({ key }) => key === "ca3-verify")).toMatchObject({
      requests: 4,
      inputTokens: 0,
      outputTokens: 0,
    });
  });

  test("says which check fails when the API belongs to another pipeline", async () => {
    using other = temporaryFolder("verify-other");
    const elsewhere = await runUp(["--data", other.file("data"), "--source", "synthetic"]);
    try {
      const said = await verify(["--data", data, "--api", elsewhere.url, "--only", "workflow"]);
      expect([told(said), said.results["workflow.stored"]]).toEqual([
        { "workflow.counted": saying(/ counts 0 requests /, "does the API belong to this pipeline") },
        "pass",
      ]);
      expect(said.problems["workflow.counted"]![0]!.want).toBe("2, for 4 records");
    } finally {
      elsewhere.kill("SIGKILL");
      await elsewhere.ended;
    }
  }, 120_000);

  test("says where its events get lost: nobody reads them, or the metrics are those of somebody else", async () => {
    const page = await (await fetch(new URL("/metrics", up.url))).text();
    using stale = Bun.serve({
      port: 0,
      fetch({ url }) {
        const { pathname, search } = new URL(url);
        return pathname === "/metrics" ? new Response(page) : fetch(new URL(pathname + search, up.url));
      },
    });
    using left = temporaryFolder("verify-left");
    const unread = ["--data", left.file("data")];
    const ended = await runUp([...unread, "--source", "openai-log", "--log-file", left.file("none.jsonl")]);
    ended.kill("SIGTERM");
    await ended.ended;
    const ways = [
      ["--data", data, "--api", stale.url.href, "--only", "workflow"],
      [...unread, "--only", "workflow.stored"],
    ];
    const said = await Promise.all(ways.map((words) => verify(words)));
    expect(said.map(told)).toEqual([
      { "workflow.measured": saying(/ did not rise by our records$/, "one of several processors") },
      { "workflow.stored": saying(/^0 of 2 events are in the store$/, "no processor has read them") },
    ]);
  }, 120_000);

  test("says that no events come when nobody sends, whatever it sends itself", async () => {
    using quiet = temporaryFolder("verify-quiet");
    const path = quiet.file("data");
    const still = await runUp([
      "--data",
      path,
      "--source",
      "openai-log",
      "--log-file",
      quiet.file("none.jsonl"),
    ]);
    try {
      const { failed } = await verify([
        "--data",
        path,
        "--api",
        still.url,
        "--skip",
        "processor",
        "--wait",
        "5s",
      ]);
      expect(failed).toEqual(["producers.sending"]);
    } finally {
      still.kill("SIGKILL");
      await still.ended;
    }
  }, 120_000);
});
