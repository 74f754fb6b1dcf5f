import type { EventKind } from "../../telemetry/topics.ts";

/** Names of the collections; those of events are the ones that the reference system has. */
export const collections = {
  events: { gpu: "gpu_metrics", token: "token_usage" } satisfies Record<EventKind, string>,
  rollups: "rollups",
  latest: "latest",
  deadLetters: "dead_letters",
} as const;
