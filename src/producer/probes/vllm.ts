import type { SourceProbe } from "../probe.ts";
import { hostOf } from "../scrape/endpoint.ts";
import { newBootId, requireUrls } from "../scrape/open.ts";
import type { Page } from "../scrape/scrape.ts";
import type { OpenContext } from "../sources/registry.ts";
import { missingFields } from "../vllm/health.ts";
import { serverPage } from "../vllm/page.ts";
import { vllmTracker } from "../vllm/tracker.ts";
import { endpointProbe, valuesOf } from "./endpoint.ts";

/** Counters tell most, and pages of servers begin with gauges. */
const COUNTERS = /_tokens_total$|request_success_total$|num_requests_running$|num_running_reqs$/;

/** One page of each vLLM or SGLang server. */
export function vllmProbes(context: OpenContext): SourceProbe[] {
  const { settings, join, hostname } = context;
  return requireUrls(settings.vllmUrls, "vllm", "vllm-url").map((url) => {
    const title = `vllm ${url}`;
    const tracker = vllmTracker({
      ...{ name: title, url, join, host: hostOf(url, hostname) },
      ...{ bootId: newBootId(), meters: () => undefined },
    });
    const look = (page: Page) => {
      const server = serverPage(page.samples);
      const counters = { ...page, samples: page.samples.filter(({ name }) => COUNTERS.test(name)) };
      return {
        models: [...new Set([...server.groups.values()].map(({ model }) => model))],
        fields: { found: [...server.names], missing: missingFields(server) },
        sample: valuesOf(counters, MOST_VALUES),
        problems: [],
      };
    };
    return endpointProbe({ title, url, tracker, look }, context);
  });
}

const MOST_VALUES = 8;
