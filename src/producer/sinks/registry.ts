import type { SinkName } from "./names.ts";
import type { Sink, SinkContext } from "./sink.ts";

/** How to open each sink. What a sink needs is loaded when it is chosen. */
const openers: Readonly<Record<SinkName, (context: SinkContext) => Promise<Sink>>> = {
  stdout: async (context) => (await import("./stdout.ts")).openStdoutSink(context),
  data: async (context) => (await import("./data.ts")).openDataSink(context),
  kafka: async (context) => (await import("./kafka.ts")).openKafkaSink(context),
};

/**
 * Opens a sink by its name. Rejects with what keeps it from being reached, or with CA3_CONFIG when it lacks a
 * setting.
 */
export const openSink = (name: SinkName, context: SinkContext): Promise<Sink> => openers[name](context);
