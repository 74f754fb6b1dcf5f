import type { ValueType } from "../support/setting-types.ts";

const UNITS: Readonly<Record<string, number>> = { Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3, Ti: 1024 ** 4 };

export const MI = UNITS["Mi"]!;
export const GI = UNITS["Gi"]!;

/** A size as people write it for Kubernetes (`512Mi`) or elsewhere in `ca3.yaml` (`512MiB`); the value is in bytes. */
export const size: ValueType<number> = {
  schema: { type: "string", pattern: "^\\d+(\\.\\d+)?(Ki|Mi|Gi|Ti)B?$" },
  parse: (raw) => {
    const match = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|Ti)B?$/.exec(typeof raw === "string" ? raw.trim() : "");
    const value = match ? Math.round(Number(match[1]) * UNITS[match[2]!]!) : 0;
    return value > 0 ? { value } : { problem: "expected a size with its unit, such as 512MiB or 10GiB" };
  },
  print: (value) => `${quantity(value)}B`,
};

/** Processors in whole or part: `2`, `0.5` or `500m`; the value is in thousandths of one. */
export const cpu: ValueType<number> = {
  schema: { type: ["string", "number"], pattern: "^\\d+(\\.\\d{1,3}|m)?$", exclusiveMinimum: 0 },
  parse: (raw) => {
    const match = /^(\d+(?:\.\d{1,3})?)(m?)$/.exec(String(raw).trim());
    const value = match ? Math.round(Number(match[1]) * (match[2] ? 1 : 1000)) : 0;
    return value > 0 && value <= 1_000_000
      ? { value }
      : { problem: "expected processors, such as 2, 0.5 or 500m" };
  },
  print: (value) => cores(value),
};

/** Bytes as Kubernetes writes them, in the largest unit that divides them: `512Mi`. */
export function quantity(bytes: number): string {
  const [unit, factor] = Object.entries(UNITS).findLast(([, one]) => bytes % one === 0) ?? ["", 1];
  return `${bytes / factor}${unit}`;
}

/** Thousandths of a processor as Kubernetes writes them: `500m`, `2`. */
export const cores = (milli: number): string => (milli % 1000 === 0 ? `${milli / 1000}` : `${milli}m`);
