import { expect, test } from "bun:test";
import type { MetricFacts } from "../support/metric-facts.ts";
import { metricCatalogue } from "./metric-catalogue.ts";

const rows: [string, MetricFacts][] = Object.entries(metricCatalogue);

test.each(rows)("%s follows the conventions of Prometheus", (name, facts) => {
  expect(name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
  expect(name.endsWith("_total")).toBe(facts.kind === "counter");
  expect(facts.help).not.toMatch(/\.$|^\s|\s$/);
  expect(facts.help.length).toBeGreaterThan(5);
  const unit = /_(seconds|bytes|joules|watts|ratio)(_|$)/.exec(name)?.[1];
  if (unit !== undefined && facts.kind !== "counter" && !name.includes("_per_"))
    expect(unit).toBe(facts.unit);
  expect(facts.labels.every((label) => /^[a-z][a-z0-9_]*$/.test(label) && label !== "le")).toBe(true);
  expect(facts.labels.some((label) => /(^|_)(id|uuid|offset)$/.test(label))).toBe(false);
  expect(facts.buckets !== undefined).toBe(facts.kind === "histogram");
  const buckets = facts.buckets ?? [];
  expect(buckets.every((bound, at) => at === 0 || bound > buckets[at - 1]!)).toBe(true);
});

/** The names of the service level indicators: dashboards and rules of others rely on them. */
test.each([
  ["http_requests_total", "method,route,status,ok"],
  ["http_request_duration_seconds", "method,route,status,ok"],
  ["producer_records_sent_total", "topic,result"],
  ["event_store_delay_seconds", "topic"],
  ["processor_consumer_lag", "topic,partition"],
  ["processor_mongo_write_total", "collection,result"],
])("the indicator %s has the labels %s", (name, labels) => {
  expect(metricCatalogue[name as keyof typeof metricCatalogue].labels.join(",")).toBe(labels);
});

test("the objectives are bucket bounds, so that their share can be read off exactly", () => {
  expect(metricCatalogue.event_store_delay_seconds.buckets).toContain(10);
  expect(metricCatalogue.http_request_duration_seconds.buckets).toContain(0.2);
});
