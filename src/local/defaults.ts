import type { ProducerSettings, producerSettings } from "../producer/config.ts";
import { isLiveSource } from "../producer/sources/names.ts";
import { chosenSources, givenSources } from "../producer/sources/registry.ts";
import type { Resolved } from "../support/settings.ts";

/** Span of the built-in trace, so that the first pass of it fills the charts up to now. */
const SAMPLE_SPAN_MS = 3_502_000;

/**
 * What `ca3 up` runs when nobody chose a source: the built-in trace, once over at once as the hour before now, and
 * then again and again at the speed it was recorded; with `--once` a single pass at full speed. What was chosen stays,
 * and with `--once` the end of a log is the end.
 */
export function withUpDefaults(producer: Resolved<typeof producerSettings>, once: boolean): ProducerSettings {
  const { values, sources } = producer;
  if (values.sources !== undefined || givenSources(values).length > 0)
    return once && sources.follow === "default" ? { ...values, follow: false } : values;
  const untouched = (name: keyof ProducerSettings) =>
    sources[name] === "default" || sources[name] === "absent";
  if (once)
    return { ...values, replayFiles: ["sample"], ...(untouched("speed") ? { speed: "max" as const } : {}) };
  const live = untouched("speed") && untouched("time");
  return {
    ...values,
    replayFiles: ["sample"],
    ...(live && untouched("loop") ? { loop: "forever" as const } : {}),
    ...(live && untouched("backfillMs") ? { backfillMs: SAMPLE_SPAN_MS } : {}),
  };
}

/** Whether the run ends by itself. */
export const isBounded = (settings: ProducerSettings): boolean =>
  settings.count !== undefined ||
  chosenSources(settings).every(
    (name) =>
      (name === "replay" && settings.loop !== "forever") || (name === "openai-log" && !settings.follow),
  );

/**
 * Whether the run only reads the world as it is. Such a run goes on with whatever it knows, however long it paused and
 * whatever settings changed, because its sources judge by themselves what of that is still of use.
 */
export const isLive = (settings: ProducerSettings): boolean =>
  settings.count === undefined && chosenSources(settings).every(isLiveSource);
