import { duration, flag, text } from "../support/setting-types.ts";
import type { Settings } from "../support/settings.ts";

/** Where `ca3 up` keeps its log, store and checkpoints unless told otherwise. */
const DEFAULT_DATA_FOLDER = ".ca3/data";

/** Settings of the whole pipeline on one machine. Parts have theirs: producer, processor, server. */
export const localSettings = {
  data: {
    path: "data",
    env: ["CA3_DATA"],
    flag: "data",
    hint: "DIR",
    doc: "Folder for the event log, the store and checkpoints",
    type: text,
    default: DEFAULT_DATA_FOLDER,
  },
  once: {
    path: "up.once",
    flag: "once",
    doc: "Exit when every event of the sources is stored or dead-lettered",
    type: flag,
    default: false,
  },
  giveUpAfterMs: {
    path: "up.giveUpAfter",
    env: ["CA3_GIVE_UP_AFTER"],
    flag: "give-up-after",
    doc: "With --once: fail when an outage (full disk, locked file) lasts longer than this; nothing is lost",
    type: duration,
    default: 60_000,
  },
} as const satisfies Settings;
