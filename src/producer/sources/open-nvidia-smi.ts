import type { ProducerSettings } from "../config.ts";
import { type PriceOf, priceLookup } from "../gpu-price.ts";
import { newBootId } from "../scrape/open.ts";
import { findSmi, smiProgram } from "../smi/program.ts";
import type { EventSource } from "../source.ts";
import { smiSource } from "./nvidia-smi.ts";
import type { OpenContext } from "./registry.ts";

/** A reading more often would be mostly about nvidia-smi itself. */
const LEAST_POLL_MS = 50;

/** The GPUs of this machine. Throws CA3_SOURCE when there is no nvidia-smi; whether it works shows when it is read. */
export function openSmiSource({ settings, clock, hostname, join, cwd = "." }: OpenContext): EventSource {
  const { smiPath, smiPollMs, smiTimeoutMs, sampleIntervalMs } = settings;
  return smiSource({
    name: "nvidia-smi",
    program: smiProgram(findSmi(smiPath, cwd), smiTimeoutMs),
    host: hostname,
    pollMs: Math.max(LEAST_POLL_MS, Math.min(smiPollMs, sampleIntervalMs)),
    spanMs: sampleIntervalMs,
    startMs: smiTimeoutMs,
    priceOf: priceOfSettings(settings),
    ...{ join, clock, newBootId },
  });
}

/** Prices of cards as the settings give them, else the book's. */
export function priceOfSettings({
  pricePerHourUsd,
  prices,
}: Pick<ProducerSettings, "pricePerHourUsd" | "prices">): PriceOf {
  return priceLookup(pricePerHourUsd === undefined ? undefined : Math.round(pricePerHourUsd * 1e6), prices);
}
