import { hostOf } from "../scrape/endpoint.ts";
import { endpointOf, newBootId, requireUrls } from "../scrape/open.ts";
import { scrapeSource } from "../scrape/source.ts";
import type { EventSource, SourceMeters } from "../source.ts";
import { vllmTracker } from "../vllm/tracker.ts";
import type { OpenContext } from "./registry.ts";

/** A source for each vLLM or SGLang server that the settings name. */
export function openVllmSources({ settings, clock, hostname, join, cwd = "." }: OpenContext): EventSource[] {
  return requireUrls(settings.vllmUrls, "vllm", "vllm-url").map((url) => {
    const name = `vllm ${url}`;
    let meters: SourceMeters | undefined;
    const tracker = vllmTracker({
      ...{ name, url, join },
      host: hostOf(url, hostname),
      bootId: newBootId(),
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
