import { afterAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { ca3 } from "../helpers/cli.ts";
import { untilSeen } from "../helpers/until.ts";
import { type FakeExporter, fakeExporter } from "../sources/fake-exporter.ts";
import { type Machine, running, smiFolder } from "../sources/nvidia-smi-rig.ts";
import { fixture } from "../sources/page.ts";

const folder = smiFolder();
const servers: FakeExporter[] = [];
afterAll(async () => {
  folder.remove();
  for (const server of servers) await server.stop();
});

type Checked = {
  id: string;
  result: string;
  detail: string | null;
  problems: { severity: string; message: string; try: string | null }[];
  data: Record<string, unknown> | null;
};
const doctor = async (...words: string[]) => {
  const { code, out, notes } = await ca3(["doctor", "sources", "--output", "json", ...words]);
  const { version, ok, checks } = JSON.parse(out) as { version: number; ok: boolean; checks: Checked[] };
  return { code, notes, version, ok, checks };
};
const smi = (machine: Machine, ...words: string[]) =>
  doctor("--source", "nvidia-smi", "--smi-path", folder.machine(machine), ...words);
const serve = async (file: string) => {
  const server = fakeExporter({ page: await fixture(file) });
  servers.push(server);
  return server.url;
};

test("ca3 doctor lists what it can look at, and a typo is refused", async () => {
  const { code, out } = await ca3("doctor");
  expect(code).toBe(0);
  expect(out).toMatch(/sources +Test each source of events/);
  expect(await ca3("doctor source")).toMatchObject({
    code: 2,
    notes: expect.stringContaining("doctor sources"),
  });
  expect(await ca3("doctor --output json")).toMatchObject({ code: 2 });
});

describe("ca3 doctor sources, for nvidia-smi", () => {
  test("says which GPUs there are, what it reads of them and what they cost", async () => {
    const { code, ok, version, checks } = await smi({}, "--join", "gpu=1 model=llama team=search");
    expect([code, ok, version]).toEqual([0, true, 1]);
    expect(checks).toHaveLength(1);
    expect(checks[0]).toMatchObject({
      ...{ id: "nvidia-smi", result: "pass", problems: [] },
      detail: "2 × NVIDIA H100 80GB HBM3, driver 590.48.01",
      data: {
        gpus: [
          {
            ...{ uuid: "GPU-2a5f1f0e-3c1b-4b7e-9d7d-0f6a8f1c0001", index: 0, model: "NVIDIA H100 80GB HBM3" },
            price: { source: "price-book" },
          },
          { index: 1, servedModel: "llama" },
        ],
        fields: { missing: [] },
        sample: { "utilization.gpu": "100 %", "power.draw": "631.95 W", "memory.used": "19818 MiB" },
      },
    });
    expect(Math.abs(checks[0]!.data!["clockOffsetMs"] as number)).toBeLessThan(5_000);
  });

  test("is text that a person can read, with the same facts", async () => {
    const path = folder.machine({ SMI_MACHINE: "h100-mig" });
    const { code, out } = await ca3(["doctor", "sources", "--source", "nvidia-smi", "--smi-path", path]);
    expect(code).toBe(0);
    expect(out).toStartWith("sources\n  ! nvidia-smi: 1 × NVIDIA H100 80GB HBM3, driver 590.48.01\n");
    expect(out).toContain("MIG 3g.40gb 2g.20gb 1g.10gb 1g.10gb");
    expect(out).toMatch(
      /\n {6}warns: nvidia-smi reports no utilisation with MIG.*\n {6}try: .*--source dcgm/,
    );
    expect(out).toEndWith("\n1 warned");
  });

  test.each<[string, Machine, string, RegExp, RegExp | null]>([
    [
      "no driver",
      { SMI_FAIL: "driver" },
      "fail",
      /driver does not run.*couldn't communicate/,
      /modprobe nvidia/,
    ],
    ["no permission", { SMI_FAIL: "permission" }, "fail", /may not talk to the GPU/, /\/dev\/nvidia/],
    ["no GPU", { SMI_FAIL: "none" }, "fail", /finds no GPU/, /--gpus all/],
    ["another program", { SMI_OTHER_PROGRAM: 1 }, "fail", /is not nvidia-smi/, /--smi-path/],
    ["a lost GPU", { SMI_LOST: "1:1" }, "fail", /GPU 1 .* is not counted: GPU is lost/, null],
    ["a clock that is off", { SMI_CLOCK_S: 3_600 }, "warn", /its times are 1 h 00 m ahead/, null],
    ["no price", { SMI_MACHINE: "nothing" }, "warn", /no price is known for GeForce GT 710/, /--prices/],
    ["silence", { SMI_MACHINE: "nothing" }, "warn", /does not report its utilisation, memory, power/, null],
  ])("%s is named", async (_name, machine, result, message, hint) => {
    const { code, ok, checks } = await smi(machine);
    expect([code, ok]).toEqual(result === "fail" ? [3, false] : [0, true]);
    expect(checks[0]!.result).toBe(result);
    const problem = checks[0]!.problems.find((one) => message.test(one.message));
    expect(problem?.severity).toBe(result);
    if (hint !== null) expect(problem?.try).toMatch(hint);
  });

  test("a program that hangs fails at its deadline, and nothing of it is left", async () => {
    const machine = folder.machine({ SMI_START_S: 60 });
    const words = ["--source", "nvidia-smi", "--smi-path", machine, "--timeout", "300ms"];
    const { code, checks } = await doctor(...words);
    expect(code).toBe(3);
    // What was killed takes a moment to go.
    await untilSeen(
      () => running(machine),
      (left) => left.length === 0,
    );
    expect(checks[0]!.problems).toEqual([
      { severity: "fail", message: "gave no answer within 0.3 s", try: null },
    ]);
  });

  test("no program at all fails with what to do", async () => {
    const { code, checks } = await doctor("--source", "nvidia-smi", "--smi-path", "/no/such/program");
    expect(code).toBe(3);
    expect(checks[0]!.problems[0]).toMatchObject({ message: "there is no /no/such/program" });
    expect(checks[0]!.problems[0]!.try).toContain("--smi-path");
  });
});

describe("ca3 doctor sources, for the other sources", () => {
  test("tries all that are chosen side by side, in their order", async () => {
    const log = folder.path("log.jsonl");
    const line = { id: "r1", model: "llama", usage: { prompt_tokens: 3, completion_tokens: 4 }, user: "ada" };
    writeFileSync(log, `${JSON.stringify(line)}\nnot json\n`);
    const [dcgm, vllm] = await Promise.all([
      serve("dcgm/exporter-4.9.prom"),
      serve("vllm/server-new-1.prom"),
    ]);
    const { code, checks } = await doctor(
      ...["--source", "synthetic,replay,dcgm,vllm,openai-log", "--replay", "sample"],
      ...["--dcgm-url", dcgm, "--vllm-url", vllm, "--log-file", log],
    );
    expect(checks.map(({ id }) => id)).toEqual([
      ...["synthetic", "replay sample", `dcgm ${dcgm}`, `vllm ${vllm}`, `openai-log ${log}`],
    ]);
    expect(code).toBe(0);
    const [synthetic, replay, cards, models, requests] = checks;
    expect(synthetic).toMatchObject({ result: "pass", detail: expect.stringContaining("200 events/s") });
    expect(replay).toMatchObject({
      result: "warn",
      detail: expect.stringContaining("Azure LLM inference trace"),
      data: { facts: { span: expect.stringContaining("2023-11-16T18:15:46.680Z to") } },
    });
    expect((cards!.data!["gpus"] as unknown[]).length).toBeGreaterThan(0);
    // The page says 9223372036854775794 for what the card does not have.
    expect(JSON.stringify(cards)).not.toContain("9223372036854");
    expect(models!.data!["models"]).not.toEqual([]);
    expect(requests).toMatchObject({
      result: "warn",
      problems: [expect.objectContaining({ message: expect.stringContaining("lines could not be read") })],
      data: { models: ["llama"], facts: { tenants: "ada", tokens: "3 in, 4 out" } },
    });
  });

  test.each([
    ["an endpoint that nobody serves", "dcgm", "http://127.0.0.1:1/metrics", /127.0.0.1:1/, /curl/],
    [
      "a page of another exporter",
      "dcgm",
      "VLLM",
      /not with that of a DCGM exporter/,
      /server that is meant/,
    ],
    [
      "a page of another server",
      "vllm",
      "DCGM",
      /not with that of a vLLM or SGLang server/,
      /server that is meant/,
    ],
  ])("%s fails and says what to try", async (_name, source, page, message, hint) => {
    const url = page.startsWith("http")
      ? page
      : await serve(page === "VLLM" ? "vllm/server-new-1.prom" : "dcgm/exporter-4.9.prom");
    const { code, checks } = await doctor("--source", source, `--${source}-url`, url);
    expect(code).toBe(3);
    expect(checks[0]).toMatchObject({ result: "fail" });
    expect(checks[0]!.problems[0]!.message).toMatch(message);
    expect(checks[0]!.problems[0]!.try).toMatch(hint);
  });

  test("a source that lacks its setting fails as one of the checks", async () => {
    const { code, checks } = await doctor("--source", "dcgm,synthetic");
    expect(code).toBe(3);
    expect(checks.map(({ id, result }) => [id, result])).toEqual([
      ["dcgm", "fail"],
      ["synthetic", "pass"],
    ]);
    expect(checks[0]!.problems[0]).toMatchObject({ try: "add --dcgm-url URL" });
  });

  test("a file that cannot be replayed fails with line and column", async () => {
    const trace = folder.path("broken.csv");
    writeFileSync(trace, "TIMESTAMP,ContextTokens,GeneratedTokens\nsoon,1,1\n");
    const { code, checks } = await doctor("--replay", trace);
    expect(code).toBe(3);
    expect(checks[0]!.problems[0]!.message).toContain("broken.csv:2:1");
  });
});
