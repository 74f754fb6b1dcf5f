import { expect, test } from "bun:test";
import { live } from "../../../tests/samples/kubernetes.ts";
import type { Prepared } from "../../k8s/deploy.ts";
import type { FieldChange } from "../../k8s/field-changes.ts";
import { planText } from "./plan.ts";

const shown = (change: FieldChange): string[] => {
  const object = live("ConfigMap", "kafka-config");
  const step = {
    kind: "update",
    phase: "configuration",
    part: "platform",
    object,
    changes: [change],
  } as const;
  const prepared = { plan: { steps: [step], problems: [] }, generations: [] } as unknown as Prepared;
  return planText(prepared, { color: false }).split("\n").slice(1);
};

test.each<[string, FieldChange, string[]]>([
  ["one value for another", { path: "spec.replicas", before: 1, after: 3 }, ["    spec.replicas: 1 → 3"]],
  ["a new one", { path: "spec.paused", after: true }, ["    spec.paused: true (new)"]],
  [
    "of a text with many lines those that differ, however far down they are",
    {
      path: "data[server.properties]",
      before: `${"same=1\n".repeat(200)}log.segment.bytes=1\nend=1\n`,
      after: `${"same=1\n".repeat(200)}log.segment.bytes=2\nend=1\n`,
    },
    ["    data[server.properties]:", "      - log.segment.bytes=1", "      + log.segment.bytes=2"],
  ],
])("a change shows %s", (_what, change, lines) => expect(shown(change)).toEqual(lines));
