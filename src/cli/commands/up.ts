import { serverSettings } from "../../http/config.ts";
import { localSettings } from "../../local/config.ts";
import { processorSettings } from "../../processor/config.ts";
import { producerSettings } from "../../producer/config.ts";
import { storeSettings } from "../../store/config.ts";
import { aborted } from "../../support/aborted.ts";
import { command } from "../command.ts";
import { configuredGroups } from "../configured.ts";
import { configArg } from "../shared-args.ts";

/** `up` sends to the log it reads. */
const { to: _to, ...sourceSettings } = producerSettings;

export default command({
  args: {
    config: configArg,
    fresh: {
      type: "boolean",
      description:
        "Start with an empty data folder; deletes what ca3 kept there, but nothing in Kafka or MongoDB",
    },
  },
  settings: { ...localSettings, ...sourceSettings, ...storeSettings, ...serverSettings },
  examples: [
    ["ca3 up", "replay the built-in trace and serve its cost on http://127.0.0.1:8080"],
    ["ca3 up --replay trace.csv --speed 60x", "your own trace, one hour per minute"],
    ["ca3 up --source synthetic --rate 1000", "simulated load"],
    [
      "ca3 up --replay trace.csv --speed max --once --data ./data",
      "for scripts: exits with 0 once everything is stored",
    ],
    ["ca3 up --kafka localhost:9092", "the same with your Kafka between producer and processor"],
    ["ca3 up --kafka localhost:9092 --mongo mongodb://localhost:27017/ca3", "and stored in your MongoDB"],
  ],
  details:
    "Everything is kept in the data folder; with --kafka, events go through Kafka instead of the folder's " +
    "log, and with --mongo they are stored in MongoDB. Ctrl-C stops it cleanly; the same command continues " +
    "where it stopped. An endless run that was stopped for more than an hour starts again at the present " +
    "time.",
  async run(context) {
    const { args, io, cwd, interrupted } = context;
    const groups = {
      local: localSettings,
      producer: producerSettings,
      processor: processorSettings,
      server: serverSettings,
    };
    const { local, producer, processor, server } = await configuredGroups(groups, context);
    const { withUpDefaults } = await import("../../local/defaults.ts");
    const { startUp } = await import("../../local/up.ts");
    const { finished } = await import("../../local/finish.ts");
    const { watchProgress, started, summary } = await import("../render/up.ts");
    const { noteLogger } = await import("../note-logger.ts");
    const { systemClock } = await import("../../support/clock.ts");

    const { writtenStore } = await import("../store-choice.ts");
    const { data, once, giveUpAfterMs } = local.values;
    const store = writtenStore(data, processor.values, processor.sources.mongoUrl);
    const up = await startUp({
      data,
      once,
      fresh: args.fresh,
      producer: withUpDefaults(producer, once),
      processor: processor.values,
      server: server.values,
      fixedPort: server.sources.port !== "default",
      cwd,
      clock: systemClock,
      logger: noteLogger(io),
      signal: interrupted,
      onReading: (done, total) =>
        io.status(`reading the trace: ${Math.floor((100 * done) / Math.max(1, total))} %`),
    });
    try {
      for (const line of started(up, data, store)) io.note(line);
      const progress = watchProgress(up.pipeline, io, systemClock);
      try {
        const { pipeline } = up;
        const end = once ? finished(pipeline, systemClock, giveUpAfterMs) : endless(pipeline);
        await Promise.race([end, aborted(interrupted)]);
      } finally {
        progress.stop();
      }
      await up.stop();
      for (const line of summary(up.pipeline.counts(), { store, interrupted: interrupted.aborted }))
        io.note(line);
      return interrupted.aborted && once ? 130 : 0;
    } finally {
      await up.stop();
    }
  },
});

/** Rejects when a source or the processor fails for good; ends never. */
const endless = (pipeline: { produced: Promise<unknown>; processing: Promise<void> }): Promise<unknown> =>
  Promise.all([pipeline.produced, pipeline.processing, new Promise<never>(() => {})]);
