import type { Grouping } from "../report-model.ts";
import type { Facts } from "./facts.ts";

const nameless: Readonly<Record<Grouping, string>> = {
  model: "(no tokens)",
  team: "(no team)",
  tenant: "(no tenant)",
  gpu: "(no GPU)",
  host: "(no host)",
  gpuModel: "(no GPU)",
  hour: "",
  source: "(no source)",
};

/** Long enough for `GPU-` and eight hexadecimal digits. */
const SHORT_ID = 12;

/** What a person reads for a key. A GPU is named by card and host, and begins with its id where that names several. */
export function groupLabel(groupBy: Grouping, { cards }: Facts): (key: string) => string {
  if (groupBy === "hour") return (key) => `${key.slice(0, 10)} ${key.slice(11, 16)} UTC`;
  if (groupBy !== "gpu") return (key) => key || nameless[groupBy];
  const names = [...cards.values()].map(({ name }) => name);
  return (key) => {
    const card = cards.get(key)?.name;
    if (card === undefined) return key || nameless.gpu;
    if (names.filter((name) => name === card).length === 1) return card;
    const alike = [...cards.keys()].filter((other) => other.startsWith(key.slice(0, SHORT_ID)));
    return `${alike.length === 1 ? key.slice(0, SHORT_ID) : key}, ${card}`;
  };
}
