import type { Producer, ProducerSummary } from "../../producer/service.ts";
import type { SourceHealth } from "../../producer/source.ts";
import type { SourceContext } from "../../producer/sources/registry.ts";
import { reviveError } from "../../support/error-copy.ts";
import { applyMoves } from "../../support/meters/relay.ts";
import { openThread } from "../../support/thread.ts";
import type { Feed, FeedParts } from "./feed.ts";
import type { News, Order } from "./messages.ts";

/**
 * Sources and producer in a thread of their own, which opens the embedded log by its path and appends to it as another
 * process would. Only plain data goes back and forth: what it reads never passes through this thread.
 */
export async function openThreadedFeed(context: SourceContext): Promise<Feed> {
  const { settings, startMs, hostname: host, onProgress, signal } = context;
  const opened = Promise.withResolvers<Extract<News, { kind: "opened" }>>();
  const ended = Promise.withResolvers<ProducerSummary>();
  ended.promise.catch(() => {}); // whoever runs it still sees it
  let health: Readonly<Record<string, SourceHealth>> = {};
  let parts: FeedParts | undefined;

  const thread = openThread<Order, News>({
    source: new URL("./thread.ts", import.meta.url),
    built: "local/feed/thread",
  });
  const fail = (error: Error): void => {
    opened.reject(error);
    ended.reject(error);
    thread.close();
  };
  const hear = (news: News): void => {
    if (news.kind === "opened" || news.kind === "state") health = news.health;
    if (news.kind === "opened") opened.resolve(news);
    if (news.kind === "state" && parts) applyMoves(parts.meters, news.moves);
    if (news.kind === "reading") onProgress?.(news.doneBytes, news.totalBytes);
    if (news.kind === "said") parts?.logger[news.level](news.message, JSON.parse(news.fields));
    if (news.kind === "ended") ended.resolve(news.summary);
    if (news.kind === "failed") fail(reviveError(news.error));
  };
  thread.listen(hear, fail);
  const stop = () => thread.tell({ kind: "stop" });
  signal?.addEventListener("abort", stop, { once: true });
  thread.tell({ kind: "open", settings, startMs, host });
  const { sources } = await opened.promise.finally(() => signal?.removeEventListener("abort", stop));

  return {
    sources: sources.map(({ description, notes }) => ({ describe: () => description, notes })),
    appendsAside: true,
    connect: (given): Producer => {
      parts = given;
      const { logPath, checkpointsPath, topics, settings } = given;
      return {
        health: () => health,
        run: async (stopping) => {
          thread.tell({ kind: "run", logPath, checkpointsPath, topics, settings });
          if (stopping.aborted) stop();
          else stopping.addEventListener("abort", stop, { once: true });
          try {
            return await ended.promise;
          } finally {
            stopping.removeEventListener("abort", stop);
          }
        },
      };
    },
    close: () => thread.close(),
  };
}
