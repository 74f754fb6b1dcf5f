/** Quickly out, so that a backlog does not grow, and slowly in, so that partitions are not handed around for nothing. */
export const processorBehavior = {
  scaleUp: {
    stabilizationWindowSeconds: 15,
    selectPolicy: "Max",
    policies: [
      { type: "Percent", value: 100, periodSeconds: 30 },
      { type: "Pods", value: 2, periodSeconds: 30 },
    ],
  },
  scaleDown: {
    stabilizationWindowSeconds: 180,
    selectPolicy: "Min",
    policies: [{ type: "Pods", value: 1, periodSeconds: 60 }],
  },
} as const;

/**
 * A processor that has just started spends half a minute of full processor time on compiling, which must not call for more
 * of them, each of which would start as well.
 */
export const processorBehaviorByUse = {
  ...processorBehavior,
  scaleUp: { ...processorBehavior.scaleUp, stabilizationWindowSeconds: 60 },
} as const;

/** Producers share nothing, so they may go a little faster. */
export const producerBehavior = {
  scaleUp: {
    stabilizationWindowSeconds: 30,
    selectPolicy: "Max",
    policies: [{ type: "Pods", value: 1, periodSeconds: 15 }],
  },
  scaleDown: {
    stabilizationWindowSeconds: 120,
    selectPolicy: "Max",
    policies: [{ type: "Pods", value: 1, periodSeconds: 30 }],
  },
} as const;
