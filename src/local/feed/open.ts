import { chosenSources, type SourceContext } from "../../producer/sources/registry.ts";
import type { Feed } from "./feed.ts";
import { openInlineFeed } from "./inline.ts";

/**
 * A replay at full speed into the embedded log gets a thread of its own: it would take as much of a processor as the
 * rest of the pipeline together. For anything slower a thread is memory for nothing.
 */
export async function openFeed(context: SourceContext): Promise<Feed> {
  const { settings } = context;
  const fast = settings.speed === "max" && settings.kafkaBootstrap === undefined;
  if (!fast || !chosenSources(settings).every((name) => name === "replay")) return openInlineFeed(context);
  return (await import("./threaded.ts")).openThreadedFeed(context);
}
