/** Every source that can be chosen; `registry.ts` says how to open each. */
export const sourceNames = ["synthetic", "replay", "nvidia-smi", "dcgm"] as const;
export type SourceName = (typeof sourceNames)[number];

/** Sources that read the world as it is now: what they tell depends on when they look, and they never end. */
const liveSources: ReadonlySet<string> = new Set(["nvidia-smi", "dcgm"]);
export const isLiveSource = (name: SourceName): boolean => liveSources.has(name);
