import { serverSettings } from "../../http/config.ts";
import { localSettings } from "../../local/config.ts";
import { processorSettings } from "../../processor/config.ts";
import { aborted } from "../../support/aborted.ts";
import { command } from "../command.ts";
import { configuredGroups } from "../configured.ts";
import { configArg } from "../shared-args.ts";

const ownLocal = { data: localSettings.data };

export default command({
  args: { config: configArg },
  settings: { ...ownLocal, ...processorSettings, ...serverSettings },
  examples: [
    [
      "ca3 processor --kafka localhost:9092",
      "store what the topics hold, and serve API, metrics and dashboard",
    ],
    [
      "ca3 processor --kafka localhost:9092 --mongo mongodb://localhost:27017/ca3",
      "the same into MongoDB; run up to as many as there are partitions",
    ],
    ["ca3 processor --data ./data", "the same from the event log of a data folder"],
  ],
  details:
    "Writes its log as JSON lines on stderr. /health says whether the process is alive, /ready what it is " +
    "waiting for. On SIGTERM or Ctrl-C it finishes its work and exits with 0. When the log or the store is " +
    "away it waits, and nothing is lost. With Kafka and MongoDB it uses no data folder.",
  exitCodes: {
    1: "the log or the store cannot be opened",
    4: "Kafka or MongoDB refuses the user, the certificate or a right",
    5: "it cannot go on: a topic is flooded with records that can never be stored, or contains corrupt bytes",
  },
  async run(context) {
    const { interrupted } = context;
    const [{ openProcessorService }, { openedUnless, runService }, { systemClock: clock }] =
      await Promise.all([
        import("../../local/processor-service.ts"),
        import("../service/run-service.ts"),
        import("../../support/clock.ts"),
      ]);
    return runService(context, async (logger) => {
      const groups = { local: ownLocal, processor: processorSettings, server: serverSettings };
      const { local, processor, server } = await configuredGroups(groups, context);
      logger.info("Processor is opening its log and its store.");
      const opening = openProcessorService({
        ...{ data: local.values.data, processor: processor.values, server: server.values, logger, clock },
        fixedPort: server.sources.port !== "default",
      });
      const service = await openedUnless(interrupted, opening, (late) => late.stop());
      if (service === undefined) return 0;
      try {
        logger.info("Processor is starting.", { url: service.url.href, group: processor.values.group });
        const working = service.processor.start().then(() => service.processor.done);
        await Promise.race([working, aborted(interrupted)]);
        await service.stop();
        logger.info("Processor has stopped.", service.processor.counts());
        return 0;
      } finally {
        await service.stop();
      }
    });
  },
});
