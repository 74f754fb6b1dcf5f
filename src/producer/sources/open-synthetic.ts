import { Ca3Error } from "../../support/errors.ts";
import { cardNamed } from "../cards.ts";
import { DEFAULT_RATE } from "../config.ts";
import type { EventSource } from "../source.ts";
import type { SourceContext } from "./registry.ts";
import { offsetMs } from "./synthetic/schedule.ts";
import { openSynthetic } from "./synthetic.ts";

/** Enough to show groups in a report; the names say that nobody served these models. */
const DEFAULT_MODELS = ["synthetic-chat-8b", "synthetic-code-8b"];
const DEFAULT_TEAMS = ["search", "support", "research"];

/** The synthetic source that the settings describe. */
export function openSyntheticSource({ settings, clock, hostname, startMs }: SourceContext): EventSource {
  const { batch, sleepS, speed, count, gpus, pricePerHourUsd } = settings;
  const schedule = { ratePerS: settings.rate ?? DEFAULT_RATE, batch, sleepS };
  const live = settings.start === undefined && speed === 1;
  if (settings.start === undefined && !live && count === undefined)
    throw new Ca3Error(
      "CA3_USAGE",
      `synthetic events at speed ${speed === "max" ? speed : `${speed}x`} would run ahead of the clock`,
      {
        hint: "add --start 2026-01-31T08:00:00Z, or --count N to end at the present",
      },
    );
  const beginMs = live ? startMs : Math.floor(startMs - offsetMs(count ?? 0, schedule));
  return openSynthetic(
    {
      ...schedule,
      speed,
      live,
      startMs: settings.start ?? beginMs,
      seed: settings.seed,
      intervalS: settings.sampleIntervalMs / 1000,
      models: settings.models ?? DEFAULT_MODELS,
      teams: settings.teams ?? DEFAULT_TEAMS,
      cards: settings.cards.map((name) => cardNamed(name)!),
      host: hostname,
      ...(gpus === undefined ? {} : { gpus }),
      ...(pricePerHourUsd === undefined ? {} : { priceMicroUsdPerHour: Math.round(pricePerHourUsd * 1e6) }),
    },
    clock,
  );
}
