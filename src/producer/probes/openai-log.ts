import { statSync } from "node:fs";
import { resolve } from "node:path";
import { formatBytes, formatCount } from "../../support/format.ts";
import type { TokenEvent } from "../../telemetry/events.ts";
import type { ProbeProblem, ProbeReport, SourceProbe } from "../probe.ts";
import { openOpenaiLogSources } from "../sources/open-openai-log.ts";
import type { OpenContext } from "../sources/registry.ts";

/** Enough requests to know what a log is like. */
const MOST_REQUESTS = 2_000;

/** The beginning of each log. */
export function openaiLogProbes(context: OpenContext): SourceProbe[] {
  const { logFiles, follow } = context.settings;
  if (logFiles === undefined) openOpenaiLogSources(context);
  return (logFiles ?? []).map((file) => ({
    title: `openai-log ${file}`,
    probe: async (signal) => {
      const size = statSync(resolve(context.cwd ?? ".", file), { throwIfNoEntry: false })?.size;
      if (size === undefined && follow)
        return {
          summary: "waits for the file",
          problems: [{ severity: "warn", message: `there is no ${file} yet` }],
        };
      return await beginningOf(file, size ?? 0, context, signal);
    },
  }));
}

async function beginningOf(
  file: string,
  size: number,
  context: OpenContext,
  signal: AbortSignal,
): Promise<ProbeReport> {
  const settings = { ...context.settings, logFiles: [file], follow: false };
  const [source] = openOpenaiLogSources({ ...context, settings });
  const events: TokenEvent[] = [];
  for await (const batch of source!.read(signal)) {
    events.push(...batch.events.map(({ event }) => event as TokenEvent));
    if (events.length >= MOST_REQUESTS) break;
  }
  const { ok, detail } = source!.health();
  const broken = source!.skippedRows!();
  const different = (of: (event: TokenEvent) => string | undefined) =>
    [...new Set(events.map(of))].filter((one) => one !== undefined);
  const problems: ProbeProblem[] =
    !ok || (events.length === 0 && broken > 0)
      ? [{ severity: "fail", message: detail, hint: "name a file with one JSON response in each line" }]
      : broken > 0
        ? [{ severity: "warn", message: detail }]
        : events.length === 0
          ? [{ severity: "warn", message: "there is no request in it yet" }]
          : [];
  const who = { teams: different(({ team }) => team), tenants: different(({ tenant }) => tenant) };
  return {
    summary: `${events.length >= MOST_REQUESTS ? "begins with " : ""}${detail}`,
    models: different(({ model }) => model),
    facts: {
      file: formatBytes(size),
      teams: listed(who.teams),
      tenants: listed(who.tenants),
      tokens: `${formatCount(sum(events, "input_tokens"))} in, ${formatCount(sum(events, "output_tokens"))} out`,
    },
    problems,
  };
}

const sum = (events: readonly TokenEvent[], field: "input_tokens" | "output_tokens"): number =>
  events.reduce((total, event) => total + event[field], 0);

const listed = (words: readonly string[]): string =>
  words.length === 0 ? "none" : words.length > 5 ? `${words.slice(0, 5).join(", ")} …` : words.join(", ");
