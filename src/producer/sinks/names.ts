/** Every place events can be sent to; `registry.ts` says how to open each. */
export const sinkNames = ["stdout", "data", "kafka"] as const;
export type SinkName = (typeof sinkNames)[number];
