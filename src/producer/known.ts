/** Adds the fields that are known to an event: absent means unknown, so no key is written for undefined. */
export function withKnown<T extends object>(event: T, more: { [K in keyof T]?: T[K] | undefined }): T {
  for (const key in more) {
    const value = more[key];
    if (value !== undefined) event[key] = value;
  }
  return event;
}

/** A computed figure without the noise of binary fractions, to a millionth. */
export const millionths = (value: number): number => Math.round(value * 1e6) / 1e6;
