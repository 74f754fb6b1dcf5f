import type { KubeObject } from "../../object.ts";
import { PROCESSOR } from "../app/processor.ts";
import { PRODUCERS } from "../app/producers.ts";
import { disruptionBudget } from "../disruption.ts";
import type { Layout } from "../layout.ts";
import { processorBehavior, producerBehavior } from "./behavior.ts";
import { scaledByLag } from "./by-lag.ts";
import { scaledByUse } from "./by-use.ts";

/** What decides how many pods there are: at most one for each workload. */
export function scalers(layout: Layout): KubeObject[] {
  const { processor, producers, namespaces, deploy } = layout;
  const { app: namespace } = namespaces;
  const ofProcessor = {
    off: () => [],
    lag: () => scaledByLag(layout),
    cpu: () => [
      scaledByUse({
        ...{ name: PROCESSOR, namespace, min: processor.min, max: processor.max },
        ...{ cpuPercent: 70, memoryPercent: 80, behavior: processorBehavior("cpu", deploy) },
      }),
    ],
  }[processor.scaling]();
  const scalesProducers = producers !== undefined && producers.min < producers.max;
  return [
    ...ofProcessor,
    ...(scalesProducers
      ? [
          scaledByUse({
            ...{ name: PRODUCERS, namespace, min: producers.min, max: producers.max },
            ...{ cpuPercent: 50, behavior: producerBehavior(deploy) },
          }),
        ]
      : []),
    disruptionBudget(PROCESSOR, namespace),
    ...(producers ? [disruptionBudget(PRODUCERS, namespace)] : []),
  ];
}
