/** Every source that can be chosen; `registry.ts` says how to open each. */
export const sourceNames = ["synthetic", "replay"] as const;
export type SourceName = (typeof sourceNames)[number];
