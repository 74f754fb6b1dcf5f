import type { Clock } from "../../support/clock.ts";
import type { ProducerSettings } from "../config.ts";
import { createJoin, type Join } from "../join/join.ts";
import { effectivePace } from "../pacing.ts";
import type { EventSource } from "../source.ts";
import { limited } from "./limited.ts";
import type { SourceName } from "./names.ts";

/** What a source is opened with. */
export type SourceContext = {
  readonly settings: ProducerSettings;
  /** When the run began, ms since the epoch. Keep it for a resumed run: times and ids follow from it. */
  readonly startMs: number;
  readonly clock: Clock;
  /** Name of this machine, for events that bring none. */
  readonly hostname: string;
  /** Folder that relative paths start from; absent means the one the process works in. */
  readonly cwd?: string;
  /** Called while files are read through before the run. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
  /** Stops the reading before the run. */
  readonly signal?: AbortSignal;
};

/** The same, with what the sources of the run know together. */
export type OpenContext = SourceContext & { readonly join: Join };

/**
 * How to open each source. What a source needs is loaded when it is chosen. One that reads from several places is as
 * many sources, so that none of them delays another.
 */
const openers: Readonly<
  Record<SourceName, (context: OpenContext) => Promise<EventSource | readonly EventSource[]>>
> = {
  synthetic: async (context) => (await import("./open-synthetic.ts")).openSyntheticSource(context),
  replay: async (context) =>
    bounded(await (await import("./open-replay.ts")).openReplaySource(context), context),
  "nvidia-smi": async (context) => (await import("./open-nvidia-smi.ts")).openSmiSource(context),
  vllm: async (context) => (await import("./open-vllm.ts")).openVllmSources(context),
  "openai-log": async (context) => (await import("./open-openai-log.ts")).openOpenaiLogSources(context),
  dcgm: async (context) => (await import("./open-dcgm.ts")).openDcgmSources(context),
};

/** The sources that the settings choose: those that are named, else those that something to read is given for. */
export function chosenSources(settings: ProducerSettings): readonly SourceName[] {
  if (settings.sources !== undefined) return settings.sources;
  const given = givenSources(settings);
  return given.length > 0 ? given : ["synthetic"];
}

/** The sources that files or endpoints are given for. */
export const givenSources = (settings: ProducerSettings): readonly SourceName[] => [
  ...(settings.replayFiles === undefined ? [] : (["replay"] as const)),
  ...(settings.dcgmUrls === undefined ? [] : (["dcgm"] as const)),
  ...(settings.vllmUrls === undefined ? [] : (["vllm"] as const)),
  ...(settings.logFiles === undefined ? [] : (["openai-log"] as const)),
];

/** Opens every chosen source, in order. Throws what the first one throws that cannot be opened. */
export async function openSources(context: SourceContext): Promise<EventSource[]> {
  const { count } = context.settings;
  const sources: EventSource[] = [];
  const order: string[] = [];
  const join = createJoin(context.settings.join ?? [], order);
  for (const chosen of chosenSources(context.settings)) {
    const opened = await openers[chosen]({ ...context, join });
    for (const source of [opened].flat()) {
      sources.push(count === undefined ? source : limited(source, count));
      order.push(source.name);
    }
  }
  return sources;
}

/** RATE, BATCH and SLEEP_SEC bound a source that has a rhythm of its own only when they are set. */
function bounded(source: EventSource, { settings }: SourceContext): EventSource {
  const pace = effectivePace(settings);
  return pace === undefined ? source : { ...source, pace };
}
