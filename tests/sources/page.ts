/** A page of metrics: names to values, or to lists of labels and values. */
export type PageOf = Readonly<Record<string, number | readonly (readonly [Labels, number])[]>>;
export type Labels = Readonly<Record<string, string>>;

/** The text of a page. */
export const pageOf = (metrics: PageOf): string =>
  Object.entries(metrics)
    .flatMap(([name, value]) =>
      typeof value === "number"
        ? [`${name} ${value}`]
        : value.map(([labels, one]) => `${name}${labelText(labels)} ${one}`),
    )
    .map((line) => `${line}\n`)
    .join("");

const labelText = (labels: Labels): string =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(",")}}`;

export const fixture = (path: string): Promise<string> => Bun.file(`tests/fixtures/${path}`).text();
