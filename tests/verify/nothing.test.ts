import { expect, test } from "bun:test";
import { checkIds } from "../../src/verify/facts.ts";
import { selectChecks } from "../../src/verify/select.ts";
import { ca3 } from "../helpers/cli.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { freePort } from "../services/process.ts";
import { verify } from "./verified.ts";

// Sends into an empty folder, so that those that look for what was sent come to their end soon.
const sending = ["workflow.appended", "workflow.stored", "workflow.counted", "workflow.measured"];

test("no check passes when what it looks at is not there", async () => {
  const port = await freePort();
  const { code, ok, results, problems } = await verify([
    ...["--kafka", `127.0.0.1:${port}`, "--mongo", `mongodb://127.0.0.1:${port}/ca3`],
    ...["--api", `http://127.0.0.1:${port}`],
  ]);
  expect([code, ok, Object.keys(results)]).toEqual([3, false, [...selectChecks([], [])]]);
  for (const [id, result] of Object.entries(results)) expect(`${id} ${result}`).toMatch(/ (fail|skip)$/);
  for (const said of Object.values(problems).flat())
    for (const text of [said.seen, said.want, said.do]) expect(text).not.toBe("");
  expect(results).toMatchObject({
    ...{ "kafka.reachable": "fail", "mongo.reachable": "fail", "processor.health": "fail" },
    "workflow.appended": "fail",
  });
}, 60_000);

test("each check by itself does not pass either, and says why it could not look", async () => {
  using folder = temporaryFolder("verify");
  const port = await freePort();
  for (const id of checkIds.filter((one) => !sending.includes(one))) {
    const others = checkIds.filter((one) => one !== id).flatMap((one) => ["--skip", one]);
    const words = ["--only", id, ...others, "--api", `http://127.0.0.1:${port}`];
    const { code, results } = await verify(words, { cwd: folder.path });
    expect([id, code, results[id]]).toEqual([id, 3, id.startsWith("p") ? "fail" : "skip"]);
  }
}, 60_000);

test("an API of another program proves nothing", async () => {
  using server = Bun.serve({ port: 0, fetch: () => new Response("<html>hello</html>") });
  const { results } = await verify(["--api", server.url.href, "--skip", "producers"]);
  expect(Object.values(results)).not.toContain("pass");
});

test("a wrong command line is told with what was meant, and explaining asks nobody", async () => {
  expect(await ca3("verify --only kafka.lagg")).toMatchObject({
    code: 2,
    notes: expect.stringContaining("kafka.lag?"),
  });
  expect(await ca3("verify explain kafka.lagg")).toMatchObject({ code: 2 });
  expect(await ca3("verify --wait soon")).toMatchObject({ code: 2 });
  expect(await ca3("verify kafka")).toMatchObject({
    code: 2,
    notes: expect.stringContaining("--only kafka"),
  });
  const { code, out } = await ca3("verify explain kafka.lag");
  expect([code, out]).toEqual([
    0,
    expect.stringMatching(
      /^kafka\.lag\nProcessors keep up\n[\s\S]*verify\.maxLag[\s\S]*Needs kafka\.topics\.$/,
    ),
  ]);
  const listed = await ca3("verify --list");
  expect(listed.out.split("\n").map((line) => line.split(" ")[0])).toEqual([...selectChecks([], [])]);
});

test("the report for CI is well-formed, and counts", async () => {
  using server = Bun.serve({ port: 0, fetch: () => new Response("<&\u0007", { status: 500 }) });
  const { code, out } = await ca3(["verify", "-o", "junit", "--api", server.url.href, "--only", "processor"]);
  expect(code).toBe(3);
  expect(out).toContain('<testsuite name="ca3 verify" tests="4" failures="1" errors="0" skipped="3"');
  expect(out).toContain('<testcase classname="ca3.verify.processor" name="processor.health"');
  expect(out).toMatch(/<failure message="[^"<]*answers 500[^"<]*">seen: /);
  expect(out).not.toContain("\u0007");
});
