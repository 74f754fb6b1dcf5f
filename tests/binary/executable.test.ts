import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { kafkaAndMongo } from "../entrypoints/services.ts";
import { sampleTraceSuite } from "../entrypoints/suites/sample-trace.ts";
import { withService } from "../services/require.ts";

const root = resolve(import.meta.dir, "../..");
const folder = mkdtempSync(join(tmpdir(), "ca3-binary-"));
const ca3 = join(folder, "bin-ca3");

beforeAll(() => {
  const build = Bun.spawnSync([process.execPath, join(root, "scripts/build.ts"), "--outfile", ca3], {
    cwd: root,
  });
  expect(build.stderr.toString()).toContain("MiB");
  expect(build.exitCode).toBe(0);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the executable alone: an empty folder, an empty environment. */
async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const cwd = mkdtempSync(join(folder, "empty-"));
  const child = Bun.spawn([ca3, ...args], { cwd, env: { HOME: cwd }, stdio: ["ignore", "pipe", "pipe"] });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, out, err };
}

test("it says its version and the commit it was built from", async () => {
  const { code, out } = await run("version", "--output", "json");
  expect(code).toBe(0);
  expect(JSON.parse(out).commit).toMatch(/^[0-9a-f]{7,}$/);
});

test("the sample trace inside it is replayed and reported", async () => {
  const data = join(folder, "data");
  const up = await run("up", "--replay", "sample", "--speed", "max", "--once", "--port", "0", "--data", data);
  expect(up).toMatchObject({ code: 0, out: "" });
  const report = await run("report", "--data", data, "--output", "json");
  expect(JSON.parse(report.out).totals).toMatchObject({
    requests: 19_366,
    inputTokens: 22_361_870,
    outputTokens: 4_088_665,
  });
});

test.if(process.platform === "linux")(
  "it verifies without the compiler of the engine, in the same process, and makes a burst with it",
  async () => {
    const cwd = mkdtempSync(join(folder, "verify-"));
    for (const [check, lean] of [
      ["kafka.reachable", true],
      ["scale", false],
    ] as const) {
      const asked = Promise.withResolvers<void>();
      using broker = Bun.listen({
        ...{ hostname: "127.0.0.1", port: 0 },
        socket: { open: () => asked.resolve(), data() {} },
      });
      const words = [ca3, "verify", "--kafka", `127.0.0.1:${broker.port}`, "--only", check];
      const child = Bun.spawn(words, { cwd, env: { HOME: cwd }, stdio: ["ignore", "ignore", "ignore"] });
      await asked.promise;
      const environment = await Bun.file(`/proc/${child.pid}/environ`).text();
      expect([check, environment.includes("BUN_JSC_useJIT=0")]).toEqual([check, lean]);
      child.kill("SIGINT");
      broker.stop(true);
      expect(await child.exited).toBe(130);
    }
  },
  30_000,
);

test("the dashboard is inside it, whole", async () => {
  const cwd = mkdtempSync(join(folder, "page-"));
  const words = [ca3, "up", "--source", "synthetic", "--rate", "1", "--port", "0"];
  const child = Bun.spawn(words, { cwd, env: { HOME: cwd }, stdio: ["ignore", "ignore", "pipe"] });
  let told = "";
  for await (const chunk of child.stderr) {
    told += new TextDecoder().decode(chunk);
    if (/^open: /m.test(told)) break;
  }
  const url = /^open: +(http\S+)/m.exec(told)![1]!;
  const page = await fetch(url).then((answer) => answer.text());
  const parts = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path!);
  expect(parts.map((path) => path.slice(path.lastIndexOf(".") + 1)).sort()).toEqual([
    "css",
    "js",
    "js",
    "svg",
  ]);
  for (const path of parts) {
    const answer = await fetch(new URL(path, url));
    expect([path, answer.status]).toEqual([path, 200]);
    expect((await answer.text()).length).toBeGreaterThan(100);
  }
  child.kill("SIGTERM");
  await child.exited;
});

test("files of other programs in the folder it is started in are none of its settings", async () => {
  const cwd = mkdtempSync(join(folder, "others-"));
  writeFileSync(join(cwd, ".env"), "MONGO_URL=mongodb://elsewhere/ca3\n");
  writeFileSync(join(cwd, "bunfig.toml"), 'preload = ["./no-such-file.ts"]\n');
  const child = Bun.spawn([ca3, "config", "explain", "--output", "json"], { cwd, env: { HOME: cwd } });
  const { settings } = JSON.parse(await new Response(child.stdout).text());
  const url = settings.find(({ setting }: { setting: string }) => setting === "mongo.url");
  expect(url).toMatchObject({ source: "absent" });
});

test.each([
  ["help pages", ["--help"], 0],
  ["a command's help", ["up", "--help"], 0],
  ["the settings schema", ["config", "schema"], 0],
  ["completion", ["completion", "bash"], 0],
  ["synthetic events", ["producer", "--count", "50", "--speed", "max"], 0],
  ["a typo", ["repotr"], 2],
])("%s work in it", async (_what, args, code) => {
  const got = await run(...args);
  expect(got.code).toBe(code);
  expect(code === 0 ? got.out.length : got.err.length).toBeGreaterThan(20);
});

await withService("kafka+mongo", kafkaAndMongo, (services) =>
  sampleTraceSuite(services, [ca3], "the executable"),
);
