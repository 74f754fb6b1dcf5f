import type { TaggedThing } from "../../provision/cloud.ts";
import {
  ADDRESS_USD_PER_HOUR,
  DISK_USD_PER_GB_MONTH,
  HOURS_PER_MONTH,
  hourlyUsd,
} from "../../provision/plan/prices.ts";
import { tag } from "../../provision/tags.ts";
import { renderTable } from "./table.ts";

/** What one thing costs an hour by the list; nothing when it is free, and nothing known of types without a price. */
export function hourlyOf({ kind, type, diskGb }: TaggedThing): number {
  if (kind === "machine") return (hourlyUsd[type ?? ""] ?? 0) + ADDRESS_USD_PER_HOUR;
  if (kind === "elastic address") return ADDRESS_USD_PER_HOUR;
  return kind === "disk" ? ((diskGb ?? 0) * DISK_USD_PER_GB_MONTH) / HOURS_PER_MONTH : 0;
}

/** Tagged things as a table: whose, what, since when, and what it costs. */
export function thingsTable(things: readonly TaggedThing[], nowMs: number, color: boolean): string {
  const columns = [
    ...["CLUSTER", "KIND", "NAME", "ID", "STATE"].map((title) => ({ title })),
    ...["AGE", "$/HOUR"].map((title) => ({ title, align: "right" as const })),
  ];
  const rows = things.map((one) => [
    one.tags[tag.cluster] ?? "",
    one.kind,
    one.tags[tag.node] ?? one.tags[tag.component] ?? "",
    one.id,
    one.state ?? "",
    one.createdMs ? ageOf(nowMs - one.createdMs) : "",
    hourlyOf(one) === 0 ? "" : hourlyOf(one).toFixed(4),
  ]);
  return renderTable(columns, rows, { color });
}

function ageOf(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  if (minutes < 120) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} d`;
}

/** What is paid for now, in one line. */
export function billText(things: readonly TaggedThing[]): string {
  const hourly = things.reduce((sum, one) => sum + hourlyOf(one), 0);
  return `${things.length} things, $${hourly.toFixed(4)} an hour, $${(hourly * HOURS_PER_MONTH).toFixed(2)} a month`;
}
