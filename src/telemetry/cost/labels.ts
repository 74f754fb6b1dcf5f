import type { RollupRow } from "../../store/port.ts";
import type { Grouping } from "../report-model.ts";
import { dimension } from "./pool.ts";

const nameless: Readonly<Record<Grouping, string>> = {
  model: "(idle)",
  team: "(no team)",
  tenant: "(no tenant)",
  gpu: "(no GPU)",
  host: "(no host)",
  gpuModel: "(no GPU)",
  hour: "",
  source: "(no source)",
};

/** What a person reads for a key. A GPU is named by card and host, with as much of its id as tells it from others. */
export function groupLabel(groupBy: Grouping, rows: readonly RollupRow[]): (key: string) => string {
  if (groupBy === "hour") return (key) => `${key.slice(0, 10)} ${key.slice(11, 16)} UTC`;
  if (groupBy !== "gpu") return (key) => key || nameless[groupBy];
  const cards = new Map<string, string>();
  for (const row of rows)
    if (row.kind === "gpu")
      cards.set(dimension(row, "gpu"), `${dimension(row, "gpuModel")} on ${dimension(row, "host")}`);
  const names = [...cards.values()];
  return (key) => {
    const card = cards.get(key);
    if (card === undefined) return key || nameless.gpu;
    return names.filter((name) => name === card).length === 1 ? card : `${card}, ${key}`;
  };
}
