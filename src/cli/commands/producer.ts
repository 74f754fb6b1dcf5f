import { localSettings } from "../../local/config.ts";
import { producerSettings } from "../../producer/config.ts";
import { Ca3Error } from "../../support/errors.ts";
import { command } from "../command.ts";
import { configuredGroups } from "../configured.ts";
import { configArg } from "../shared-args.ts";

const settings = { ...producerSettings, data: localSettings.data };

export default command({
  args: { config: configArg },
  settings,
  examples: [
    ["ca3 producer --rate 50 --count 1000", "a thousand synthetic events on stdout, 50 a second"],
    ["ca3 producer --count 100000 --speed max > load.jsonl", "the same kind of events as a file, at once"],
    [
      "ca3 producer --replay trace.csv --speed max --to data --data ./data",
      "a trace into the event log of a folder",
    ],
    ["ca3 producer --replay load.jsonl --speed 60x", "a recording, an hour a minute"],
    ["ca3 producer --to kafka --kafka localhost:9092", "simulated load into Kafka"],
  ],
  details:
    "With --to data, and with --to kafka when --data is given, the same options go on where they stopped. SIGTERM and Ctrl-C send " +
    "what was read, then end with 0. When the log is away, events wait and nothing is lost.",
  exitCodes: { 1: "the log stayed away at the end and some events were not sent; the next start sends them" },
  async run(context) {
    const { io, cwd, interrupted } = context;
    const { values, sources: from } = (await configuredGroups({ settings }, context)).settings;
    const [{ hostname }, { openProducerTarget }, { openSources }, { createProducer }] = await Promise.all([
      import("node:os"),
      import("../../local/producer-target.ts"),
      import("../../producer/sources/registry.ts"),
      import("../../producer/service.ts"),
    ]);
    const { systemClock: clock } = await import("../../support/clock.ts");
    const { noteLogger } = await import("../note-logger.ts");
    const { started, summary, watchProducer } = await import("../render/producer.ts");

    const logger = noteLogger(io);
    const target = await openProducerTarget({
      ...{ settings: values, data: values.data, cwd, clock, logger, out: io.out },
      keepRun: from.data !== "default",
    });
    try {
      const sources = await openSources({
        ...{ settings: values, startMs: target.startMs, clock, cwd, signal: interrupted },
        hostname: values.hostname ?? hostname(),
        onProgress: (done, total) =>
          io.status(`reading the trace: ${Math.floor((100 * done) / Math.max(1, total))} %`),
      });
      io.status("");
      for (const line of started(sources, target)) io.note(line);
      let sent = 0;
      const producer = createProducer({
        ...{ sources, settings: values, clock, logger },
        topics: { gpu: values.topicGpu, token: values.topicToken },
        checkpoints: target.sink.checkpoints,
        append: async (records) => {
          await target.sink.append(records);
          sent += records.length;
        },
      });
      const progress = watchProducer({ io, clock, sent: () => sent, health: producer.health });
      const done = await producer.run(interrupted).finally(progress.stop);
      for (const line of summary(done, progress.elapsedMs())) io.note(line);
      if (done.unsent === 0) return 0;
      throw new Ca3Error("CA3_LOG_UNAVAILABLE", `${done.unsent} events could not be sent before the end`, {
        hint: "run the same command again; it goes on from here",
      });
    } finally {
      await target.close();
    }
  },
});
