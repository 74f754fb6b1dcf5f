import { createJoin } from "../join/join.ts";
import type { SourceProbe } from "../probe.ts";
import type { SourceName } from "../sources/names.ts";
import type { OpenContext, SourceContext } from "../sources/registry.ts";
import { chosenSources } from "../sources/registry.ts";

/** How to try what each source reads. What is needed is loaded when the source is chosen. */
const openers: Readonly<Record<SourceName, (context: OpenContext) => Promise<readonly SourceProbe[]>>> = {
  synthetic: async (context) => [(await import("./synthetic.ts")).syntheticProbe(context)],
  replay: async (context) => [(await import("./replay.ts")).replayProbe(context)],
  "nvidia-smi": async (context) => [(await import("./nvidia-smi.ts")).smiProbe(context)],
  dcgm: async (context) => (await import("./dcgm.ts")).dcgmProbes(context),
  vllm: async (context) => (await import("./vllm.ts")).vllmProbes(context),
  "openai-log": async (context) => (await import("./openai-log.ts")).openaiLogProbes(context),
};

/** What can be tried of the sources that the settings choose, in order. A source that cannot be opened fails as a probe. */
export async function openProbes(context: SourceContext): Promise<SourceProbe[]> {
  const join = createJoin(context.settings.join ?? [], []);
  const probes: SourceProbe[] = [];
  for (const name of chosenSources(context.settings)) {
    try {
      probes.push(...(await openers[name]({ ...context, join })));
    } catch (error) {
      probes.push({ title: name, probe: () => Promise.reject(error) });
    }
  }
  return probes;
}
