import { missingFields } from "../dcgm/health.ts";
import { cardsOf } from "../dcgm/page.ts";
import { dcgmTracker } from "../dcgm/tracker.ts";
import { createUnits } from "../dcgm/units.ts";
import { joinGpu } from "../join/rules.ts";
import type { ProbedGpu, SourceProbe } from "../probe.ts";
import { hostOf } from "../scrape/endpoint.ts";
import { newBootId, requireUrls } from "../scrape/open.ts";
import type { Page } from "../scrape/scrape.ts";
import { priceOfSettings } from "../sources/open-nvidia-smi.ts";
import type { OpenContext } from "../sources/registry.ts";
import { endpointProbe, valuesOf } from "./endpoint.ts";
import { priceProblems } from "./gpu-problems.ts";

/** One page of each DCGM exporter. */
export function dcgmProbes(context: OpenContext): SourceProbe[] {
  const { settings, join, hostname } = context;
  const priceOf = priceOfSettings(settings);
  return requireUrls(settings.dcgmUrls, "dcgm", "dcgm-url").map((url) => {
    const title = `dcgm ${url}`;
    const host = hostOf(url, hostname);
    const tracker = dcgmTracker({
      ...{ name: title, url, join, priceOf, host },
      ...{ bootId: newBootId(), maxGapMs: settings.scrapeMaxGapMs, meters: () => undefined },
    });
    const look = (page: Page) => {
      const units = createUnits();
      const cards = cardsOf(page.samples, units, host);
      const gpus = cards.map((card): ProbedGpu => {
        const profiles = card.parts.flatMap(({ instance }) => (instance ? [instance.profile] : []));
        const place = { host: card.host, gpu: card.gpu, index: card.index, endpoint: url };
        const { servedModel } = joinGpu(join.rules, place);
        return {
          ...{ uuid: card.gpu, index: card.index, model: card.model, price: priceOf(card.model) },
          ...(profiles.length === 0 ? {} : { parts: profiles }),
          ...(servedModel === undefined ? {} : { servedModel }),
        };
      });
      const samples = page.samples.filter((sample) => units.valueOf(sample) !== undefined);
      const found = [...new Set(samples.map(({ name }) => name))];
      return {
        gpus,
        fields: { found, missing: missingFields(cards) },
        sample: valuesOf({ ...page, samples }, MOST_VALUES),
        problems: priceProblems(gpus),
      };
    };
    return endpointProbe({ title, url, tracker, look }, context);
  });
}

const MOST_VALUES = 12;
