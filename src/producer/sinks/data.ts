import { openEmbeddedLog } from "../../eventlog/embedded.ts";
import { fileCheckpoints } from "../checkpoints.ts";
import type { Sink, SinkContext } from "./sink.ts";

/** The embedded event log of a data folder; a later start goes on after what the log holds. */
export async function openDataSink(context: Omit<SinkContext, "out">): Promise<Sink> {
  const log = openEmbeddedLog(context.logPath);
  try {
    await log.ensureTopics(context.topics);
  } catch (error) {
    await log.close();
    throw error;
  }
  return {
    append: (records) => log.append(records),
    checkpoints: fileCheckpoints(context.checkpointsPath),
    describe: () => `the event log in ${context.folderName}`,
    close: () => log.close(),
  };
}
