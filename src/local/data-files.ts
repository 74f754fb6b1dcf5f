import { join } from "node:path";

/** The databases of a data folder. Both may be opened by several processes at the same time. */
export const dataFiles = (folder: string) => ({
  logPath: join(folder, "log.db"),
  storePath: join(folder, "store.db"),
});
