import type { DeploySettings } from "../../config.ts";

/**
 * A processor that has just started spends half a minute of full processor time on compiling, which must not call for more
 * of them, each of which would start as well; what waits says nothing of that.
 */
const PROCESSOR_UP_MS = { cpu: 60_000, lag: 15_000 } as const;
const PRODUCER_UP_MS = 30_000;

/** Quickly out, so that a backlog does not grow, and slowly in, so that partitions are not handed around for nothing. */
export const processorBehavior = (
  by: keyof typeof PROCESSOR_UP_MS,
  { processorScaleUpWindow, processorScaleDownWindow }: DeploySettings,
) => ({
  scaleUp: {
    stabilizationWindowSeconds: seconds(processorScaleUpWindow ?? PROCESSOR_UP_MS[by]),
    selectPolicy: "Max",
    policies: [
      { type: "Percent", value: 100, periodSeconds: 30 },
      { type: "Pods", value: 2, periodSeconds: 30 },
    ],
  },
  scaleDown: {
    stabilizationWindowSeconds: seconds(processorScaleDownWindow),
    selectPolicy: "Min",
    policies: [{ type: "Pods", value: 1, periodSeconds: 60 }],
  },
});

/** Producers share nothing, so they may go a little faster. */
export const producerBehavior = ({ producersScaleUpWindow, producersScaleDownWindow }: DeploySettings) => ({
  scaleUp: {
    stabilizationWindowSeconds: seconds(producersScaleUpWindow ?? PRODUCER_UP_MS),
    selectPolicy: "Max",
    policies: [{ type: "Pods", value: 1, periodSeconds: 15 }],
  },
  scaleDown: {
    stabilizationWindowSeconds: seconds(producersScaleDownWindow),
    selectPolicy: "Max",
    policies: [{ type: "Pods", value: 1, periodSeconds: 30 }],
  },
});

const seconds = (ms: number): number => ms / 1000;
