/** `{ [key]: value }`, or nothing when the value is not known: absent means unknown, so no key is written then. */
export const known = <K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
