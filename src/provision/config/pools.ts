import { listOf, mapOf, type RecordOf, record } from "../../support/setting-structures.ts";
import { choice, flag, text, type ValueType, whole } from "../../support/setting-types.ts";
import { instanceType, poolName } from "./value-types.ts";

const fields = {
  name: { type: poolName, doc: "Name of the pool, part of its nodes' names", default: "default" },
  count: { type: whole(0, 10), doc: "Nodes in the pool", default: 2 },
  type: { type: instanceType, doc: "EC2 instance type", default: "t3.small" },
  diskGb: { type: whole(8, 16_384), doc: "Root disk, GiB (gp3, encrypted)", default: 20 },
  spot: { type: flag, doc: "Buy spare capacity, which AWS may take back after two minutes", default: false },
  credit: {
    type: choice("standard", "unlimited"),
    doc: "CPU credits of T types; unlimited can cost more than the list price",
    default: "standard",
  },
  labels: { type: mapOf(text), doc: "Kubernetes labels of the nodes", default: {} },
  taints: {
    type: listOf(text, { max: 20 }),
    doc: "Kubernetes taints, such as gpu=true:NoSchedule",
    default: [],
  },
} as const;

const pool = record(fields);
export type Pool = RecordOf<typeof fields>;

const pools = listOf(pool, { max: 20 });

/** Worker pools; the name of each is its own. */
export const workerPools: ValueType<readonly Pool[]> = {
  ...pools,
  parse(raw) {
    const parsed = pools.parse(raw);
    if (!("value" in parsed)) return parsed;
    const parts = parsed.value.flatMap(({ name, taints }, at) => [
      ...(parsed.value.findIndex((one) => one.name === name) < at
        ? [{ part: `${at}.name`, problem: "is the name of a pool above", raw: name }]
        : []),
      ...taints.flatMap((taint, index) =>
        TAINT.test(taint)
          ? []
          : [{ part: `${at}.taints.${index}`, problem: "expected key=value:NoSchedule", raw: taint }],
      ),
    ]);
    return parts.length === 0
      ? parsed
      : { problem: parts.map(({ part, problem }) => `${part}: ${problem}`).join("; "), parts };
  },
};

const TAINT = /^[\w./-]+(=[\w.-]*)?:(NoSchedule|PreferNoSchedule|NoExecute)$/;
export const defaultPools: readonly Pool[] = [
  {
    name: "default",
    count: 2,
    type: "t3.small",
    diskGb: 20,
    spot: false,
    credit: "standard",
    labels: {},
    taints: [],
  },
];
