import { producerSettings } from "../../../producer/config.ts";
import { checkSettings } from "../../../verify/config.ts";
import { command } from "../../command.ts";
import { configuredGroups } from "../../configured.ts";
import { configArg, outputArg } from "../../shared-args.ts";

/** What is read and how; where events go and how they travel makes no difference here. */
const {
  to: _to,
  kafkaBootstrap: _brokers,
  topicGpu: _gpu,
  topicToken: _token,
  partitions: _partitions,
  topicRetentionMs: _retention,
  ...sourceSettings
} = producerSettings;

export default command({
  args: { config: configArg, output: outputArg("text", "json") },
  settings: { ...checkSettings, ...sourceSettings },
  examples: [
    ["ca3 doctor sources", "try what ca3.yaml and the environment choose"],
    ["ca3 doctor sources --source nvidia-smi", "see which GPUs this machine has, and what they cost"],
    [
      "ca3 doctor sources --dcgm-url http://node-1:9400/metrics --output json",
      "try an exporter, for a script",
    ],
  ],
  details:
    "Reads once from everything that a producer with the same settings would read from. Sends nothing and " +
    "keeps nothing.",
  exitCodes: { 3: "a source cannot be read, or its figures would be wrong" },
  async run(context) {
    const { args, io, cwd, interrupted } = context;
    const groups = { producer: producerSettings, checks: checkSettings };
    const { producer, checks } = await configuredGroups(groups, context);
    const [{ hostname }, { openProbes }, { runChecks }, { checksJson, checksText }, { systemClock: clock }] =
      await Promise.all([
        import("node:os"),
        import("../../../producer/probes/registry.ts"),
        import("../../../verify/check.ts"),
        import("../../render/checks.ts"),
        import("../../../support/clock.ts"),
      ]);
    const { reportLines } = await import("../../render/probe.ts");
    const probes = await openProbes({
      ...{ settings: producer.values, startMs: clock.now(), clock, cwd, signal: interrupted },
      hostname: producer.values.hostname ?? hostname(),
    });
    io.status(`trying ${probes.map(({ title }) => title).join(", ")}`);
    const { deadlineMs } = checks.values;
    const results = await runChecks(
      probes.map(({ title, probe }) => ({
        ...{ id: title, title, severity: "fail" as const, deadlineMs },
        probe: async (signal: AbortSignal) => {
          const { summary, problems, ...data } = await probe(signal);
          return { summary, problems, data };
        },
      })),
      { clock, signal: interrupted },
    );
    io.status("");
    if (args.output === "json") io.out(checksJson(results));
    else io.out(checksText("sources", results, { color: io.outColor, lines: reportLines }));
    if (interrupted.aborted) return 130;
    return results.some(({ outcome }) => outcome === "fail" || outcome === "error") ? 3 : 0;
  },
});
