import { expect, test } from "bun:test";
import { ca3Process } from "../helpers/cli.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { untilSeen } from "../helpers/until.ts";
import { runUp } from "./running.ts";

const SAMPLE = { requests: 19_366, inputTokens: 22_361_870, outputTokens: 4_088_665 };
const once = (data: string) => ["--replay", "sample", "--speed", "max", "--once", "--data", data];
const totals = async (url: string) => (await (await fetch(new URL("api/v1/report", url))).json()).totals;

test("the sample trace gives exactly its requests and tokens, also when it is replayed again", async () => {
  using folder = temporaryFolder("up");
  const data = folder.file("data");
  for (const _round of ["first", "again"]) {
    const up = await ca3Process(["up", "--port", "0", ...once(data)]);
    expect(up).toMatchObject({ code: 0, out: "" });
    const report = await ca3Process(["report", "--data", data, "--output", "json"]);
    expect(report.code).toBe(0);
    expect(Object.keys(JSON.parse(report.out))[0]).toBe("totals");
    expect(JSON.parse(report.out).totals).toMatchObject(SAMPLE);
  }
});

test("Ctrl-C stops in order, and the same command goes on from there", async () => {
  using folder = temporaryFolder("up");
  const args = ["--replay", "sample", "--speed", "60x", "--data", folder.file("data")];
  const first = await runUp(args);
  await untilSeen(
    () => totals(first.url),
    ({ requests }) => requests > 0,
  );
  first.kill("SIGINT");
  const stopped = await first.ended;
  expect(stopped.code).toBe(0);
  expect(stopped.notes).toContain("the same command resumes from here");

  const second = await runUp(args);
  expect(second.notes()).toContain("going on with: replay of the sample");
  second.kill("SIGTERM");
  expect((await second.ended).code).toBe(0);
});

test("a second process on the same folder is refused and told who holds it", async () => {
  using folder = temporaryFolder("up");
  const args = ["--source", "synthetic", "--data", folder.file("data")];
  const first = await runUp(args);
  const second = await ca3Process(["up", "--port", "0", ...args]);
  expect(second.code).toBe(1);
  expect(second.err).toContain("CA3_DATA_IN_USE");
  first.kill("SIGINT");
  await first.ended;
});

test("a taken port is left alone: the next free one without --port, an error with it", async () => {
  using folder = temporaryFolder("up");
  const taken = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const port = String(taken.port);
  const asked = await ca3Process(["up", "--port", port, "--source", "synthetic", "--data", folder.file("a")]);
  expect(asked.code).toBe(1);
  expect(asked.err).toContain(`port ${port} is in use`);
  expect(asked.err).toContain("--port ");
  await taken.stop(true);
});

test.each([
  ["--once with a source that never ends", ["--source", "synthetic", "--once"], 2, "--count"],
  ["a file that is not there", ["--replay", "nowhere.csv"], 1, "nowhere.csv"],
  ["several wrong values", ["--speed", "fast", "--port", "99999"], 2, "--speed"],
  ["a folder that cannot be made", ["--source", "synthetic", "--data", "/proc/ca3"], 1, "/proc/ca3"],
])("%s is refused with what to do", async (_title, args, code, words) => {
  using folder = temporaryFolder("up");
  const data = args.includes("--data") ? [] : ["--data", folder.file("data")];
  const { code: got, err } = await ca3Process(["up", ...args, ...data]);
  expect(got).toBe(code);
  expect(err).toContain(words);
  expect(err).not.toContain("    at ");
});
