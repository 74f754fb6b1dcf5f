import type { Gpu, Series } from "../data/types.ts";

/** A card that has a line in the charts, and what it is called. */
export type Card = {
  readonly uuid: string;
  /** Tells it from every other one: host and index, or its id when there is no reading of it. */
  readonly name: string;
  readonly model: string;
  readonly host: string;
  readonly reading: Gpu | undefined;
  /** Where its line is in the answer. */
  readonly line: number;
};

const compare = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });

/** The cards of an answer, in order of host and index; what names no card is left out. */
export function cardsOf(series: Series, readings: readonly Gpu[]): readonly Card[] {
  const byUuid = new Map(readings.map((one) => [one.uuid, one]));
  const hosts = new Set(readings.map(({ host }) => host));
  return series.series
    .map(({ key }, line): Card => {
      const reading = byUuid.get(key);
      const model = reading?.gpuModel ?? "";
      const host = reading?.host ?? "";
      const name = reading ? `${hosts.size > 1 ? `${host} ` : ""}#${reading.index} ${model}` : key;
      return { uuid: key, name, model, host, reading, line };
    })
    .filter(({ uuid }) => uuid !== "")
    .sort(
      (a, b) =>
        Number(a.reading === undefined) - Number(b.reading === undefined) ||
        compare(a.host, b.host) ||
        (a.reading?.index ?? 0) - (b.reading?.index ?? 0) ||
        compare(a.uuid, b.uuid),
    );
}

/** `2 cards: RTX 3090, A100 40GB`, with numbers where there are several of a kind. */
export function describeCards(cards: readonly Card[]): string {
  const kinds = new Map<string, number>();
  for (const { model } of cards) if (model !== "") kinds.set(model, (kinds.get(model) ?? 0) + 1);
  const names = [...kinds]
    .sort((a, b) => b[1] - a[1])
    .map(([name, count]) => (count > 1 ? `${count} × ${name}` : name));
  const shown = names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more kinds`] : names;
  return shown.join(", ");
}
