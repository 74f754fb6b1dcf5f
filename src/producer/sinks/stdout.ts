import { memoryCheckpoints } from "../checkpoints.ts";
import type { Sink, SinkContext } from "./sink.ts";

const decoder = new TextDecoder();

/** One event per line, as JSON, in the format that `--replay` reads. A line is written whole or not at all. */
export function openStdoutSink({ out }: Pick<SinkContext, "out">): Sink {
  return {
    append: async (records) => {
      if (records.length > 0) out(records.map(({ value }) => decoder.decode(value)).join("\n"));
    },
    checkpoints: memoryCheckpoints(),
    describe: () => "stdout, as JSON lines",
    close: async () => {},
  };
}
