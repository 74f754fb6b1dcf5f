import type { ProbedGpu, ProbeReport } from "../../producer/probe.ts";
import { formatDuration, formatUsd } from "../../support/format.ts";

/** More would fill a screen without telling more. */
const MOST_GPUS = 16;
const MOST_MODELS = 8;
const NAME_WIDTH = 9;
/** Readings are broken into lines of about this many characters. */
const LINE_WIDTH = 84;

/** What a source would read, as lines of a name and what belongs to it. */
export function reportLines(report: Omit<ProbeReport, "summary" | "problems">): string[] {
  const { gpus = [], models, fields, sample = {}, clockOffsetMs, facts = {} } = report;
  const line = (name: string, text: string) => (text === "" ? [] : [`${name.padEnd(NAME_WIDTH)} ${text}`]);
  const readings = folded(Object.entries(sample).map(([name, value]) => `${name} ${value}`));
  return [
    ...Object.entries(facts).flatMap(([name, text]) => line(name, text)),
    ...gpus.slice(0, MOST_GPUS).flatMap((gpu) => line(`GPU ${gpu.index}`, gpuText(gpu))),
    ...(gpus.length > MOST_GPUS ? line("", `and ${gpus.length - MOST_GPUS} more`) : []),
    ...(models === undefined ? [] : line("models", some(models))),
    ...readings.flatMap((text, at) => line(at === 0 ? "reads" : "", text)),
    ...line("lacks", (fields?.missing ?? []).join(", ")),
    ...(clockOffsetMs === undefined ? [] : line("clock", offsetText(clockOffsetMs))),
  ];
}

function gpuText({ uuid, model, price, parts, servedModel }: ProbedGpu): string {
  const sources = { config: "configured", "price-book": "price book", unknown: "no price" };
  const cost =
    price.source === "unknown"
      ? "no price"
      : `${formatUsd(price.microUsdPerHour, 2)}/h (${sources[price.source]})`;
  return [
    model,
    uuid,
    cost,
    ...(parts === undefined ? [] : [`MIG ${parts.join(" ")}`]),
    ...(servedModel === undefined ? [] : [`serves ${servedModel}`]),
  ].join("  ");
}

function folded(words: readonly string[]): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length > LINE_WIDTH) lines.push(word);
    else lines[lines.length - 1] = `${last}, ${word}`;
  }
  return lines;
}

function offsetText(offsetMs: number): string {
  if (Math.abs(offsetMs) < 1_000) return "as ours";
  return `${formatDuration(Math.abs(offsetMs))} ${offsetMs > 0 ? "ahead of" : "behind"} ours`;
}

const some = (words: readonly string[]): string =>
  words.length <= MOST_MODELS
    ? words.join(", ") || "none"
    : `${words.slice(0, MOST_MODELS).join(", ")} and ${words.length - MOST_MODELS} more`;
