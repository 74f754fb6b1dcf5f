import { statSync } from "node:fs";
import { resolve } from "node:path";
import { Ca3Error } from "../../support/errors.ts";
import { openaiLogSource } from "../openai-log/source.ts";
import type { EventSource } from "../source.ts";
import type { OpenContext } from "./registry.ts";

/** A source for each log of responses that the settings name. */
export function openOpenaiLogSources({
  settings,
  clock,
  hostname,
  join,
  cwd = ".",
}: OpenContext): EventSource[] {
  if (settings.logFiles === undefined)
    throw new Ca3Error("CA3_USAGE", "the source openai-log needs a file", { hint: "add --log-file FILE" });
  return [...new Set(settings.logFiles.map((file) => resolve(cwd, file)))].map((path) => {
    requireReadable(path, settings.follow);
    return openaiLogSource({
      ...{ path, clock, join, host: hostname, follow: settings.follow },
      paths: { tenant: settings.logTenant, team: settings.logTeam, project: settings.logProject },
    });
  });
}

/** A file that is followed may come later. */
function requireReadable(path: string, follow: boolean): void {
  const seen = statSync(path, { throwIfNoEntry: false });
  if (seen === undefined && follow) return;
  if (seen?.isFile()) return;
  const problem = seen === undefined ? "there is no such file" : "it is no file";
  throw new Ca3Error("CA3_FILE", `cannot read the log ${path}: ${problem}`, { hint: `ls -l ${path}` });
}
