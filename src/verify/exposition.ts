import { Ca3Error } from "../support/errors.ts";
import type { Api } from "./web-api.ts";

export type Sample = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};

const LINE = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: \d+)?$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)",?/g;

/** Every sample of a page in the Prometheus text format, and the lines that are none. */
export function readExposition(page: string): { samples: readonly Sample[]; broken: readonly string[] } {
  const samples: Sample[] = [];
  const broken: string[] = [];
  for (const line of page.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const [, name, labels = "", text = ""] = LINE.exec(line) ?? [];
    const value = Number(text.replace(/^([+-]?)Inf$/, "$1Infinity"));
    if (name === undefined || (Number.isNaN(value) && text !== "NaN")) broken.push(line);
    else
      samples.push({
        ...{ name, value },
        labels: Object.fromEntries([...labels.matchAll(LABEL)].map(([, key, one]) => [key!, one!])),
      });
  }
  return { samples, broken };
}

/** The samples of `/metrics`. Rejects with CA3_NOT_FOUND when there are none to be had. */
export async function metricsOf(api: Api, signal: AbortSignal): Promise<readonly Sample[]> {
  const { status, text } = await api.get("/metrics", signal);
  const hint = status === 401 ? api.onRefusal : "check that --api names a ca3";
  if (status !== 200)
    throw new Ca3Error("CA3_NOT_FOUND", `${api.where} answers ${status} to GET /metrics`, { hint });
  const { samples, broken } = readExposition(text);
  if (broken.length > 0 || samples.length === 0)
    throw new Ca3Error(
      "CA3_NOT_FOUND",
      `${api.where}/metrics is no page of metrics: ${(broken[0] ?? "it is empty").slice(0, 80)}`,
      { hint },
    );
  return samples;
}

/** The sum over the series of a metric that have these labels; undefined when there is none. */
export function sumOf(
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const found = samples.filter(
    (one) => one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value),
  );
  return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
}
