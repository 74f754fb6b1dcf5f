/** Whether a service can do its work now, and for each condition why or why not. */
export type ReadinessCheck = { readonly name: string; readonly ok: boolean; readonly detail: string };
export type Readiness = { readonly ready: boolean; readonly checks: readonly ReadinessCheck[] };

/** Ready when every check passes; without any check nothing is known, so not ready. */
export const readinessOf = (checks: readonly ReadinessCheck[]): Readiness => ({
  ready: checks.length > 0 && checks.every((check) => check.ok),
  checks,
});
