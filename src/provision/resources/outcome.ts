/** Name that the cloud gave to the error behind one of ours. */
export function failureOfCause(error: unknown): string | undefined {
  const cause = (error as { cause?: unknown }).cause;
  if (!(cause instanceof Error)) return undefined;
  return (cause as { Code?: string }).Code ?? cause.name;
}
