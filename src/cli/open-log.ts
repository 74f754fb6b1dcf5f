import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { EventLog } from "../eventlog/port.ts";
import { Ca3Error } from "../support/errors.ts";

/** Opens the event log of an existing data folder. Throws CA3_FILE when it holds none. */
export async function openLogFor({ data, cwd }: { data: string; cwd: string }): Promise<EventLog> {
  const [{ openEmbeddedLog }, { dataFiles }] = await Promise.all([
    import("../eventlog/embedded.ts"),
    import("../local/data-files.ts"),
  ]);
  const { logPath } = dataFiles(resolve(cwd, data));
  if (!existsSync(logPath))
    throw new Ca3Error("CA3_FILE", `the data folder ${data} holds no event log`, {
      hint: `ca3 up --data ${data}`,
    });
  return openEmbeddedLog(logPath);
}
