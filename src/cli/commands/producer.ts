import { operationsSettings } from "../../http/config.ts";
import { localSettings } from "../../local/config.ts";
import { producerSettings } from "../../producer/config.ts";
import { command } from "../command.ts";
import { configuredGroups } from "../configured.ts";
import { configArg } from "../shared-args.ts";

const settings = { ...producerSettings, data: localSettings.data };

export default command({
  args: { config: configArg },
  settings: { ...settings, ...operationsSettings },
  examples: [
    ["ca3 producer --rate 50 --count 1000", "a thousand synthetic events on stdout, 50 per second"],
    [
      "ca3 producer --count 100000 --speed max > load.jsonl",
      "the same kind of events into a file, as fast as possible",
    ],
    [
      "ca3 producer --replay trace.csv --speed max --to data --data ./data",
      "a trace into the event log of a data folder",
    ],
    ["ca3 producer --replay load.jsonl --speed 60x", "a recording, one hour per minute"],
    ["ca3 producer --kafka localhost:9092", "simulated load into Kafka"],
    ["ca3 producer --kafka localhost:9092 --port 8080", "the same as a service, as in a container"],
  ],
  details:
    "With --to data, and with Kafka when --data is given, running the same command again continues where it " +
    "stopped. On SIGTERM or Ctrl-C it sends what it has read, then exits with 0. When the log is away events " +
    "wait, and nothing is lost. If given a port by --port or HTTP_PORT, it serves /health, /ready and " +
    "/metrics there and writes its log as JSON lines on stderr.",
  exitCodes: { 1: "the log was away and some events could not be sent; the next start sends them" },
  async run(context) {
    const { interrupted, cwd, io } = context;
    const [{ produce }, { talkToLog, talkToPerson }, { systemClock: clock }] = await Promise.all([
      import("../producer/produce.ts"),
      import("../producer/talk.ts"),
      import("../../support/clock.ts"),
    ]);
    const configured = () => configuredGroups({ settings, server: operationsSettings }, context);
    const common = ({ values, sources }: Awaited<ReturnType<typeof configured>>["settings"]) => ({
      ...{ settings: values, data: values.data, keepRun: sources.data !== "default" },
      ...{ cwd, interrupted, clock, out: io.out },
    });
    if (!isToldAPort(context)) {
      const { settings: own } = await configured();
      await produce({ ...common(own), talk: talkToPerson(io, clock) });
      return 0;
    }
    const [{ runService }, { startProducerServer }] = await Promise.all([
      import("../service/run-service.ts"),
      import("../../local/producer-server.ts"),
    ]);
    return runService(context, async (logger) => {
      const { settings: own, server: asked } = await configured();
      const server = await startProducerServer({ settings: asked.values, fixedPort: true, clock, logger });
      logger.info("Producer is starting.", { url: server.url.href });
      interrupted.addEventListener("abort", () => {
        server.health.draining = true;
      });
      try {
        await produce({ ...common(own), talk: talkToLog(logger, clock), server });
        return 0;
      } finally {
        await server.stop();
      }
    });
  },
});

/** A file is shared with `ca3 up`, so only the command line and the environment make a producer a server. */
const isToldAPort = ({
  given,
  env,
}: {
  given: Readonly<Record<string, unknown>>;
  env: Readonly<Record<string, string | undefined>>;
}) =>
  given[operationsSettings.port.flag] !== undefined ||
  operationsSettings.port.env.some((name) => Boolean(env[name]));
