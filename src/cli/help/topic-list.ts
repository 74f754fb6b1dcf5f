import type { Item } from "./page.ts";

/** Help topics besides the commands, as `ca3 help` lists them. */
export const topicItems: readonly Item[] = [
  ["environment", "Every environment variable that ca3 reads"],
  ["exit-codes", "What the exit codes mean"],
  ["errors", "Every error code, or one: ca3 help errors CA3_CONFIG"],
  ["formatting", "Output formats, colour and numbers"],
];
