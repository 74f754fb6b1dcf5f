import { join } from "node:path";
import { LOG_FILE, STORE_FILE } from "./data-folder-contents.ts";

/** The databases of a data folder. Both may be opened by several processes at the same time. */
export const dataFiles = (folder: string) => ({
  logPath: join(folder, LOG_FILE),
  storePath: join(folder, STORE_FILE),
});
