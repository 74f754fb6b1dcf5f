/** Every source that can be chosen; `registry.ts` says how to open each. */
export const sourceNames = ["synthetic", "replay", "nvidia-smi", "dcgm", "vllm", "openai-log"] as const;
export type SourceName = (typeof sourceNames)[number];

/** Sources that read the world as it is: what they tell depends on when they look, and they know how to go on. */
const liveSources: ReadonlySet<string> = new Set(["nvidia-smi", "dcgm", "vllm", "openai-log"]);
/** Whether a source reads the world as it is, and not a file or a model. */
export const isLiveSource = (name: SourceName): boolean => liveSources.has(name);
