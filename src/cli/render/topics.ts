import type { PartitionLag, TopicInfo } from "../../eventlog/port.ts";
import { duration } from "../../support/setting-types.ts";
import { renderTable } from "./table.ts";

/** One topic as people and scripts see it; the lag is there when a group was asked about. */
export type TopicSummary = TopicInfo & { readonly lag?: number; readonly lagSeconds?: number };

/** Adds how far a group is behind: records over all partitions, seconds of the partition that is worst. */
export function withLag(topics: readonly TopicInfo[], lags: readonly PartitionLag[]): TopicSummary[] {
  return topics.map((topic) => {
    const own = lags.filter((one) => one.topic === topic.name);
    return {
      ...topic,
      lag: own.reduce((sum, { lag }) => sum + lag, 0),
      lagSeconds: Math.max(0, ...own.map(({ lagSeconds }) => lagSeconds)),
    };
  });
}

/** The topics as a table for a person. */
export function topicTable(topics: readonly TopicSummary[], color: boolean): string {
  const lagging = topics.some(({ lag }) => lag !== undefined);
  const right = (title: string) => ({ title, align: "right" as const });
  const columns = [
    { title: "TOPIC" },
    ...["PARTITIONS", "RETENTION", "IN SYNC", "NEEDED", "RECORDS", "BYTES"].map(right),
    ...(lagging ? ["LAG", "LAG S"].map(right) : []),
  ];
  const rows = topics.map(({ name, partitions, retentionMs, copies, records, bytes, lag, lagSeconds }) => [
    name,
    String(partitions),
    retentionMs === undefined ? "for ever" : duration.print!(retentionMs),
    copies === undefined ? "–" : `${copies.inSync} of ${copies.replication}`,
    copies === undefined ? "–" : String(copies.minInSync),
    String(records),
    String(bytes),
    ...(lagging ? [String(lag ?? 0), (lagSeconds ?? 0).toFixed(1)] : []),
  ]);
  return renderTable(columns, rows, { color });
}
