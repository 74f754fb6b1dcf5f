import { choice, duration, flag, list, text } from "../support/setting-types.ts";
import type { Settings } from "../support/settings.ts";
import { loops } from "./value-types.ts";

/** What is replayed, and how its times and gaps are read. */
export const replaySettings = {
  replayFiles: {
    path: "producer.replay.files",
    env: ["CA3_REPLAY"],
    flag: "replay",
    hint: "FILE",
    doc: "Recorded trace, or `sample` for the built-in one; several are replayed on one clock",
    type: list,
    optional: true,
  },
  loop: {
    path: "producer.replay.loop",
    env: ["CA3_LOOP"],
    flag: "loop",
    doc: "How many times to replay the traces, or forever",
    type: loops,
    default: 1,
  },
  time: {
    path: "producer.replay.time",
    env: ["CA3_TIME"],
    flag: "time",
    doc: "kept leaves recorded times as they are, shifted moves them to now; by default kept at speed max, else shifted",
    type: choice("kept", "shifted"),
    optional: true,
  },
  backfillMs: {
    path: "producer.replay.backfill",
    env: ["CA3_BACKFILL"],
    flag: "backfill",
    doc: "How much of a shifted trace lies in the past at the start, and is sent at once",
    type: duration,
    default: 0,
  },
  zone: {
    path: "producer.replay.zone",
    env: ["CA3_ZONE"],
    flag: "zone",
    doc: "Time zone of timestamps that name none, such as Europe/Vienna or +02:00",
    type: text,
    default: "UTC",
  },
  lenient: {
    path: "producer.replay.lenient",
    env: ["CA3_LENIENT"],
    flag: "lenient",
    doc: "Skip and count rows that cannot be read, instead of refusing the file",
    type: flag,
    default: false,
  },
  columns: {
    path: "producer.replay.columns",
    env: ["CA3_COLUMNS"],
    flag: "columns",
    doc: "Column names of a CSV file without a header, in order",
    type: list,
    optional: true,
  },
} as const satisfies Settings;
