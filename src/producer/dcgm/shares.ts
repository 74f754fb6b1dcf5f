import type { Card, Part } from "./page.ts";

/** A part of a card and which fraction of the whole it is; the fractions of a card sum up to 1. */
export type Share = {
  /** Undefined for the part of a divided card that no instance has. */
  readonly part: Part | undefined;
  readonly fraction: number;
};

/** Compute slices of a card that can be divided; every other one has seven. */
const SLICES: readonly (readonly [RegExp, number])[] = [
  [/\bA30\b/, 4],
  [/RTX PRO [56]000/i, 4],
];

/**
 * How a card is shared out: an instance has as much of it as it has compute slices, `3g.40gb` has 3 of 7. Slices that no
 * instance has are a share of their own, which costs money and does nothing.
 */
export function sharesOf({ model, parts }: Card): readonly Share[] {
  if (parts.every(({ instance }) => instance === undefined))
    return parts.map((part) => ({ part, fraction: 1 / parts.length }));
  const slices = parts.map(({ instance }) => Number(/(\d+)g\./.exec(instance?.profile ?? "")?.[1] ?? 1));
  const used = slices.reduce((sum, one) => sum + one, 0);
  const whole = Math.max(used, SLICES.find(([pattern]) => pattern.test(model))?.[1] ?? 7);
  const shares = parts.map((part, at): Share => ({ part, fraction: slices[at]! / whole }));
  return used < whole ? [...shares, { part: undefined, fraction: (whole - used) / whole }] : shares;
}
