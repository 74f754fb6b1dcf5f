export type RecordingRule = {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
};
/** `page` wakes somebody up, `ticket` waits for the morning. */
export type Severity = "page" | "ticket";
export type AlertRule = {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: Severity; readonly [label: string]: string };
  readonly annotations: {
    readonly summary: string;
    readonly description: string;
    /** Where it is explained what to do. */
    readonly runbook: string;
  };
};
export type RuleGroup = { readonly name: string; readonly rules: readonly (RecordingRule | AlertRule)[] };

/** The section of the handbook that is about an alert. */
export const runbook = (alert: string): string => `docs/operate.md#${alert.toLowerCase()}`;
