/** What a Service, a policy or a monitor finds the pods of a workload by. Never changes. */
export const selector = (name: string): Record<string, string> => ({ "app.kubernetes.io/name": name });

/** Labels of everything that belongs to a workload. */
export const labels = (name: string): Record<string, string> => ({
  ...selector(name),
  "app.kubernetes.io/part-of": "ca3",
});

/** The label that every namespace carries by itself, for policies. */
export const namespaceNamed = (name: string) => ({
  matchLabels: { "kubernetes.io/metadata.name": name },
});
