import { expect, test } from "bun:test";
import type { PartitionLag } from "../eventlog/port.ts";
import { createMeters } from "../support/meters.ts";
import { metricCatalogue } from "../telemetry/metric-catalogue.ts";
import { LagWatch } from "./lag-watch.ts";

const row = (partition: number, lag: number): PartitionLag => ({
  topic: "t",
  partition,
  committed: 10,
  endOffset: 10 + lag,
  lag,
  lagSeconds: lag / 2,
});

async function setUp() {
  const meters = await createMeters(metricCatalogue);
  const log = { lag: async () => [row(0, 4), row(1, 6), row(2, 8)] };
  const watch = new LagWatch(log, meters, "g", ["t"], (_topic, partition) =>
    partition === 0 ? 12 : undefined,
  );
  let owned = [0, 1];
  return {
    watch,
    refresh: (partitions: number[]) => {
      owned = partitions;
      return watch.refresh({ assignment: () => owned.map((partition) => ({ topic: "t", partition })) });
    },
    series: async (name: string) =>
      (await meters.registry.metrics()).split("\n").filter((line) => line.startsWith(name)),
  };
}

test("the lag of the owned partitions is shown, of others not", async () => {
  const { refresh, series } = await setUp();
  await refresh([0, 1]);
  expect(await series("processor_consumer_lag{")).toEqual([
    'processor_consumer_lag{topic="t",partition="0"} 4',
    'processor_consumer_lag{topic="t",partition="1"} 6',
  ]);
  expect(await series("processor_consumer_lag_seconds{")).toContain(
    'processor_consumer_lag_seconds{topic="t",partition="1"} 3',
  );
  expect(await series("processor_committed_offset{")).toContain(
    'processor_committed_offset{topic="t",partition="0"} 10',
  );
  expect(await series("processor_stored_offset{")).toEqual([
    'processor_stored_offset{topic="t",partition="0"} 12',
  ]);
  expect(await series("processor_assigned_partitions ")).toEqual(["processor_assigned_partitions 2"]);
});

test("a partition that went away takes its series along, and changes are counted", async () => {
  const { refresh, series, watch } = await setUp();
  await refresh([0, 1]);
  await refresh([1, 2]);
  expect((await series("processor_consumer_lag{")).map((line) => /partition="(\d)"/.exec(line)![1])).toEqual([
    "1",
    "2",
  ]);
  expect(await series("processor_stored_offset{")).toEqual([]);
  expect(await series("processor_rebalances_total{")).toEqual([
    'processor_rebalances_total{kind="assigned"} 3',
    'processor_rebalances_total{kind="revoked"} 1',
  ]);
  watch.clear();
  expect(await series("processor_consumer_lag{")).toEqual([]);
  expect(await series("processor_assigned_partitions ")).toEqual(["processor_assigned_partitions 0"]);
});
