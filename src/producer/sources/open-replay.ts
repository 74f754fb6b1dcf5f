import { resolve } from "node:path";
import { Ca3Error } from "../../support/errors.ts";
import { cardNamed } from "../cards.ts";
import type { ReplaySource } from "../replay/index.ts";
import { openReplay } from "../replay/index.ts";
import type { SourceContext } from "./registry.ts";

/** The replay that the settings describe. */
export async function openReplaySource(context: SourceContext): Promise<ReplaySource> {
  const { settings, hostname, startMs, cwd = ".", onProgress, signal } = context;
  if (settings.replayFiles === undefined)
    throw new Ca3Error("CA3_USAGE", "the source replay needs a file", {
      hint: "add --replay FILE, or --replay sample",
    });
  const { models, teams, columns, pricePerHourUsd } = settings;
  return await openReplay({
    files: settings.replayFiles.map((file) => (file === "sample" ? file : resolve(cwd, file))),
    speed: settings.speed,
    loop: settings.loop,
    time: settings.time ?? (settings.speed === "max" ? "kept" : "shifted"),
    startMs,
    backfillMs: settings.backfillMs,
    zone: settings.zone,
    cards: settings.cards.map((name) => cardNamed(name)!),
    lenient: settings.lenient,
    sampleIntervalS: settings.sampleIntervalMs / 1000,
    seed: settings.seed,
    host: hostname,
    ...(models?.[0] === undefined ? {} : { model: models[0] }),
    ...(teams?.[0] === undefined ? {} : { team: teams[0] }),
    ...(pricePerHourUsd === undefined ? {} : { pricePerHourMicroUsd: Math.round(pricePerHourUsd * 1e6) }),
    ...(columns === undefined ? {} : { columns }),
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(signal === undefined ? {} : { signal }),
  });
}
