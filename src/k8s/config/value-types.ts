import { duration, list, type ValueType } from "../../support/setting-types.ts";

const matching = (pattern: RegExp, problem: string): ValueType<string> => ({
  schema: { type: "string", pattern: pattern.source },
  parse: (raw) => {
    const value = typeof raw === "string" ? raw.trim() : "";
    return pattern.test(value) ? { value } : { problem };
  },
});

/** The name of a namespace, a Service or the like. */
export const label = matching(
  /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  "expected small letters, digits and dashes, at most 63 characters, such as gpu-team",
);

/** The name of a Secret, a StorageClass or the like; dots are allowed. */
export const objectName = matching(
  /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/,
  "expected small letters, digits, dashes and dots, such as fast-ssd",
);

/** An image with a tag or a digest: one without could be another tomorrow. */
export const imageReference = matching(
  /^[a-z0-9][\w.:/-]*?(:(?!latest$)[\w][\w.-]{0,127}|(:[\w][\w.-]{0,127})?@sha256:[0-9a-f]{64})$/,
  "expected an image with a tag or a digest, such as registry.example.com/ca3:1.2.0; latest is not accepted",
);

/** Where Helm finds charts. A password has no place in it: it would stand in an object that many may read. */
export const chartRepository = matching(
  /^https?:\/\/[^\s@/]+(\/[^\s@]*)?$/,
  "expected an address without a password, such as https://charts.example.com",
);

/** How far an autoscaler looks back, as Kubernetes allows it; the value is in milliseconds. */
export const lookBack: ValueType<number> = {
  ...duration,
  parse: (raw) => {
    const parsed = duration.parse(raw);
    if ("problem" in parsed || (parsed.value % 1000 === 0 && parsed.value <= 3_600_000)) return parsed;
    return { problem: "expected whole seconds, at most 1h, such as 30s or 5m" };
  },
};

/** An odd number of members, so that a majority remains when one is lost. */
export const members: ValueType<number> = {
  schema: { enum: [1, 3, 5] },
  parse: (raw) =>
    [1, 3, 5].includes(Number(raw)) ? { value: Number(raw) } : { problem: "expected 1, 3 or 5" },
};

export type Pair = { readonly key: string; readonly value: string };

/** Labels as `key=value`, several separated by commas. */
export const labelPairs: ValueType<readonly Pair[]> = {
  schema: list.schema,
  parse: (raw) => {
    const words = list.parse(raw);
    if ("problem" in words) return words;
    const pairs = words.value.map((word) => /^([\w./-]+)=([\w.-]*)$/.exec(word));
    return pairs.every((pair) => pair !== null)
      ? { value: pairs.map((pair) => ({ key: pair[1]!, value: pair[2]! })) }
      : { problem: "expected labels such as nvidia.com/gpu.present=true" };
  },
  print: (value) => value.map((pair) => `${pair.key}=${pair.value}`).join(","),
};
