import type { SourceProbe } from "../probe.ts";
import { openSyntheticSource } from "../sources/open-synthetic.ts";
import type { OpenContext } from "../sources/registry.ts";

/** Made-up events need nothing but settings that fit together. */
export const syntheticProbe = (context: OpenContext): SourceProbe => ({
  title: "synthetic",
  probe: async () => {
    const source = openSyntheticSource(context);
    return {
      summary: source.describe(),
      facts: { note: (source.notes ?? []).join(" ") },
      problems: [],
    };
  },
});
