import { expect, test } from "bun:test";
import type { LiveObject } from "../../k8s/live-object.ts";
import { autoscalerFrom, calledFor, metricsText, wantedBy } from "./autoscaler.ts";
import { mannersOf } from "./manners.ts";

const hpa = (spec: object, status: object = {}): LiveObject => ({
  ...{ apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler" },
  metadata: { name: "processor", namespace: "app", uid: "u", resourceVersion: "1", creationTimestamp: "" },
  ...{ spec, status },
});
const resource = (name: string, averageUtilization: number) => ({
  ...{ type: "Resource", resource: { name, target: { type: "Utilization", averageUtilization } } },
});
const used = (name: string, averageUtilization: number) => ({
  ...{ type: "Resource", resource: { name, current: { averageUtilization, averageValue: "1" } } },
});

test("reads how much is used of what, and what the conditions say", () => {
  const conditions = [
    { type: "AbleToScale", status: "True", reason: "ReadyForNewScale", message: "" },
    {
      type: "ScalingActive",
      status: "False",
      reason: "FailedGetResourceMetric",
      message: "no metrics known",
    },
    { type: "ScalingLimited", status: "True", reason: "TooManyReplicas", message: "more than the maximum" },
  ];
  const scaler = autoscalerFrom(
    hpa(
      { minReplicas: 1, maxReplicas: 3, metrics: [resource("cpu", 70), resource("memory", 80)] },
      // A metric that cannot be had stands there without a name.
      {
        currentReplicas: 1,
        desiredReplicas: 3,
        currentMetrics: [{ type: "" }, used("memory", 31)],
        conditions,
      },
    ),
  );
  expect(scaler).toMatchObject({
    ...{ min: 1, max: 3, current: 1, desired: 3 },
    ...{ trouble: "no metrics known", holds: "more than the maximum" },
  });
  expect(metricsText(scaler.metrics)).toBe("cpu not measured of 70 %, memory 31 % of 80 %");
});

test("reads what waits, which KEDA has for each topic", () => {
  const lag = (name: string, averageValue: string, at: "target" | "current") => ({
    ...{ type: "External", external: { metric: { name }, [at]: { type: "AverageValue", averageValue } } },
  });
  const { metrics } = autoscalerFrom(
    hpa(
      { maxReplicas: 6, metrics: [lag("s0-gpu", "10k", "target"), lag("s1-token", "10k", "target")] },
      { currentMetrics: [lag("s0-gpu", "700m", "current"), lag("s1-token", "31k", "current")] },
    ),
  );
  expect(metricsText(metrics)).toBe("s0-gpu 1 of 10,000, s1-token 31,000 of 10,000");
});

test("calls for as many as the autoscaler would", () => {
  const metric = (now: number | undefined) => ({ name: "cpu", percent: true, target: 70, now });
  const wanted = (now: number | undefined, replicas: number) => wantedBy(metric(now), replicas);
  expect(wanted(undefined, 1)).toBeUndefined();
  // a tenth more or less is about the same
  expect([wanted(76, 1), wanted(64, 2)]).toEqual([1, 2]);
  expect([wanted(78, 1), wanted(250, 1), wanted(36, 2), wanted(35, 2)]).toEqual([2, 4, 2, 1]);
  const scaler = { min: 1, max: 3, current: 1, desired: 1, trouble: undefined, holds: undefined };
  expect(calledFor({ ...scaler, metrics: [metric(10), metric(250)] })).toBe(3);
  expect(calledFor({ ...scaler, metrics: [metric(0)] })).toBe(1);
  expect(calledFor({ ...scaler, metrics: [metric(undefined)] })).toBeUndefined();
});

test("takes the time that its rules say, and the controller's own where they say nothing", () => {
  const rules = (scaleDown: object) => mannersOf(hpa({ behavior: { scaleDown } }));
  expect(mannersOf(hpa({}))).toMatchObject({ upMs: 0, downMs: 300_000 });
  expect(mannersOf(hpa({})).stepsDownMs(9, 1)).toBe(0);
  const podsAMinute = { type: "Pods", value: 1, periodSeconds: 60 };
  const half = { type: "Percent", value: 50, periodSeconds: 10 };
  const ours = rules({ stabilizationWindowSeconds: 180, selectPolicy: "Min", policies: [podsAMinute] });
  expect([ours.downMs, ours.stepsDownMs(3, 1), ours.stepsDownMs(2, 1), ours.stepsDownMs(1, 1)]).toEqual([
    ...[180_000, 60_000, 0, 0],
  ]);
  expect(rules({ policies: [podsAMinute, half] }).stepsDownMs(8, 1)).toBe(20_000);
  expect(rules({ selectPolicy: "Min", policies: [podsAMinute, half] }).stepsDownMs(8, 1)).toBe(360_000);
  expect(rules({ selectPolicy: "Disabled" }).stepsDownMs(2, 1)).toBeUndefined();
  expect(rules({ policies: [{ ...podsAMinute, value: 0 }] }).stepsDownMs(2, 1)).toBeUndefined();
});
