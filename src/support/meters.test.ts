import { expect, test } from "bun:test";
import { createMeters } from "./meters.ts";
import { counter, gauge, histogram } from "./metric-facts.ts";
import { watchRuntime } from "./runtime-meters.ts";
import { runtimeMetrics } from "./runtime-metrics.ts";

const catalogue = {
  jobs_total: counter("jobs", ["queue"], "Jobs done"),
  queue_bytes: gauge("bytes", [], "Bytes queued"),
  lag: gauge("records", ["topic", "partition"], "Lag"),
  wait_seconds: histogram("seconds", ["queue"], [0.1, 1, 10], "Waiting time"),
  http_requests_total: { ...counter("requests", ["route"], "Requests"), registeredBy: "a library" },
} as const;

const lines = async (meters: { registry: { metrics(): Promise<string> } }) =>
  (await meters.registry.metrics()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));

test("a metric without labels shows 0 from the start, one with labels nothing", async () => {
  expect(await lines(await createMeters(catalogue))).toEqual(["queue_bytes 0"]);
});

test("counters add, gauges hold, totals replace, and the text format is Prometheus's", async () => {
  const meters = await createMeters(catalogue);
  meters.add("jobs_total", { queue: 'a"b\n' });
  meters.add("jobs_total", { queue: 'a"b\n' }, 4);
  meters.total("jobs_total", { queue: "c" }, 12.5);
  meters.set("queue_bytes", {}, 7);
  const text = await meters.registry.metrics();
  expect(text).toContain("# HELP jobs_total Jobs done\n# TYPE jobs_total counter\n");
  expect(text).toContain('jobs_total{queue="a\\"b\\n"} 5\njobs_total{queue="c"} 12.5\n');
  expect(text).toContain("queue_bytes 7");
});

test("a histogram counts each value in its bucket and all above, however it is observed", async () => {
  const meters = await createMeters(catalogue);
  meters.observe("wait_seconds", { queue: "a" }, 0.1);
  meters.observeMany("wait_seconds", { queue: "a" }, Float64Array.of(0.5, 5, 50, 999), 3);
  expect((await lines(meters)).filter((line) => line.startsWith("wait"))).toEqual([
    'wait_seconds_bucket{queue="a",le="0.1"} 1',
    'wait_seconds_bucket{queue="a",le="1"} 2',
    'wait_seconds_bucket{queue="a",le="10"} 3',
    'wait_seconds_bucket{queue="a",le="+Inf"} 4',
    'wait_seconds_sum{queue="a"} 55.6',
    'wait_seconds_count{queue="a"} 4',
  ]);
});

test("series go away by the labels that are named", async () => {
  const meters = await createMeters(catalogue);
  for (const topic of ["x", "y"])
    for (const partition of ["0", "1"]) meters.set("lag", { topic, partition }, 1);
  meters.remove("lag", { topic: "x", partition: "1" });
  meters.remove("lag", { topic: "y" });
  expect(await lines(meters)).toEqual(["queue_bytes 0", 'lag{topic="x",partition="0"} 1']);
});

test("a counter cannot go down", async () => {
  const meters = await createMeters(catalogue);
  expect(() => meters.add("jobs_total", { queue: "a" }, -1)).toThrow(RangeError);
  expect(() => meters.add("jobs_total", { queue: "a" }, Number.NaN)).toThrow(RangeError);
});

test("collectors run before a scrape, one that fails does not spoil it, and a removed one is silent", async () => {
  const meters = await createMeters(catalogue);
  let runs = 0;
  const forget = meters.onScrape(async () => meters.set("queue_bytes", {}, ++runs));
  meters.onScrape(() => {
    throw new Error("store is away");
  });
  expect(await lines(meters)).toEqual(["queue_bytes 1"]);
  forget();
  expect(await lines(meters)).toEqual(["queue_bytes 1"]);
});

test("a library may register its own metric in the registry under a name the catalogue leaves to it", async () => {
  const { Counter } = await import("prom-client");
  const meters = await createMeters(catalogue);
  new Counter({ name: "http_requests_total", help: "x", registers: [meters.registry] }).inc(2);
  expect(await lines(meters)).toContain("http_requests_total 2");
});

test("names, kinds and labels are checked by the compiler", async () => {
  const meters = await createMeters(catalogue);
  const wrong = () => {
    // @ts-expect-error unknown name
    meters.add("jobz_total", {});
    // @ts-expect-error a gauge cannot be added to
    meters.add("queue_bytes", {});
    // @ts-expect-error missing label
    meters.add("jobs_total", {});
    // @ts-expect-error unknown label
    meters.add("jobs_total", { queue: "a", id: "7" });
    // @ts-expect-error registered by a library
    meters.add("http_requests_total", { route: "/" });
  };
  expect(wrong).toBeFunction();
});

test("meters of a larger catalogue serve a part of it", async () => {
  const meters = await createMeters({ ...catalogue, ...runtimeMetrics });
  const stop = watchRuntime(meters, "1.2.3");
  expect(await lines(meters)).toContain("queue_bytes 0");
  stop();
});

test("a process tells its build, memory, CPU time and start", async () => {
  const meters = await createMeters(runtimeMetrics);
  const stop = watchRuntime(meters, "1.2.3");
  const text = (await lines(meters)).join("\n");
  stop();
  expect(text).toContain(`ca3_build_info{version="1.2.3",runtime="bun ${Bun.version}"`);
  const value = (name: string) => Number(new RegExp(`^${name} (.*)$`, "m").exec(text)?.[1]);
  expect(value("process_resident_memory_bytes")).toBeGreaterThan(10e6);
  expect(value("process_cpu_seconds_total")).toBeGreaterThan(0);
  expect(Math.abs(value("process_start_time_seconds") - Date.now() / 1000)).toBeLessThan(3600);
  expect(value("ca3_event_loop_lag_seconds")).toBeGreaterThanOrEqual(0);
});
