import { dcgmTracker } from "../dcgm/tracker.ts";
import { priceLookup } from "../gpu-price.ts";
import { hostOf } from "../scrape/endpoint.ts";
import { endpointOf, newBootId, requireUrls } from "../scrape/open.ts";
import { scrapeSource } from "../scrape/source.ts";
import type { EventSource, SourceMeters } from "../source.ts";
import type { OpenContext } from "./registry.ts";

/** A source for each DCGM exporter that the settings name. */
export function openDcgmSources({ settings, clock, hostname, join, cwd = "." }: OpenContext): EventSource[] {
  const given = settings.pricePerHourUsd;
  const priceOf = priceLookup(given === undefined ? undefined : Math.round(given * 1e6), settings.prices);
  return requireUrls(settings.dcgmUrls, "dcgm", "dcgm-url").map((url) => {
    const name = `dcgm ${url}`;
    let meters: SourceMeters | undefined;
    const tracker = dcgmTracker({
      ...{ name, url, join, priceOf },
      host: hostOf(url, hostname),
      bootId: newBootId(),
      maxGapMs: settings.scrapeMaxGapMs,
      meters: () => meters,
    });
    return scrapeSource({
      ...{ name, tracker, clock, intervalMs: settings.sampleIntervalMs },
      endpoint: endpointOf(url, settings, cwd),
      onMeters: (given) => {
        meters = given;
      },
    });
  });
}
