import { fileCheckpoints } from "../../producer/checkpoints.ts";
import { createProducer } from "../../producer/service.ts";
import { openSources, type SourceContext } from "../../producer/sources/registry.ts";
import type { Feed } from "./feed.ts";

/** Sources and producer in the thread that everything else is in. */
export async function openInlineFeed(context: SourceContext): Promise<Feed> {
  const sources = await openSources(context);
  return {
    sources,
    appendsAside: false,
    connect: ({ append, checkpointsPath, ...parts }) =>
      createProducer({ ...parts, sources, append, checkpoints: fileCheckpoints(checkpointsPath) }),
    close: () => {},
  };
}
