/** A short name for a value: two that differ anywhere have different ones. */
export function digestOf(value: unknown): string {
  return new Bun.CryptoHasher("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 10);
}

/** Annotations of a pod that make it start again when what it reads at the start has changed; nothing when it reads nothing. */
export function readAtStart(
  configuration: unknown,
  secrets: readonly string[],
  generations: Readonly<Record<string, number>>,
): { readonly annotations?: Readonly<Record<string, string>> } {
  const renewed = secrets.filter((name) => (generations[name] ?? 1) > 1);
  const annotations = {
    ...(configuration === undefined ? {} : { "ca3.dev/configuration": digestOf(configuration) }),
    ...(renewed.length === 0
      ? {}
      : { "ca3.dev/secrets": renewed.map((name) => `${name}=${generations[name]}`).join(",") }),
  };
  return Object.keys(annotations).length === 0 ? {} : { annotations };
}
