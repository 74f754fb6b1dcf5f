import { expect, test } from "bun:test";
import { createMeters } from "../meters.ts";
import { counter, gauge, histogram } from "../metric-facts.ts";
import { applyMoves, relayMeters } from "./relay.ts";

const catalogue = {
  jobs_total: counter("jobs", ["queue"], "Jobs done"),
  queue_bytes: gauge("bytes", [], "Bytes queued"),
  wait_seconds: histogram("seconds", ["queue"], [0.1, 1], "Waiting time"),
} as const;

test("what moved elsewhere is printed here, each move once", async () => {
  const here = await createMeters(catalogue);
  const { meters, take } = relayMeters<typeof catalogue>();
  let bytes = 5;
  const forget = meters.onScrape(() => meters.set("queue_bytes", {}, bytes));
  meters.add("jobs_total", { queue: "a" }, 2);
  meters.add("jobs_total", { queue: "a" });
  meters.add("jobs_total", { queue: "b" });
  meters.observe("wait_seconds", { queue: "a" }, 0.05);
  meters.observe("wait_seconds", { queue: "a" }, 0.5);
  applyMoves(here, structuredClone(await take()));
  meters.add("jobs_total", { queue: "a" }, 10);
  bytes = 7;
  applyMoves(here, structuredClone(await take()));
  forget();
  bytes = 9;
  applyMoves(here, structuredClone(await take()));
  const text = await here.registry.metrics();
  for (const line of [
    'jobs_total{queue="a"} 13',
    'jobs_total{queue="b"} 1',
    "queue_bytes 7",
    'wait_seconds_bucket{queue="a",le="0.1"} 1',
    'wait_seconds_count{queue="a"} 2',
  ])
    expect(text.split("\n")).toContain(line);
});
