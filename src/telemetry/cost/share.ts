/**
 * Shares a whole number out by weight: the parts are whole, in the order of the weights, and sum to it exactly.
 *
 * Each part ends where the rounded running sum ends. Unlike the method of the largest remainder this is monotone: a part
 * never grows when its own weight shrinks and the others stay. No part is off by more than one from the exact share.
 *
 * @param total not negative
 * @param weights not negative, not all 0 unless `total` is 0
 */
export function shareOut(total: number, weights: readonly bigint[]): number[] {
  const sum = weights.reduce((one, other) => one + other, 0n);
  if (sum === 0n || total === 0) return weights.map(() => 0);
  const whole = BigInt(total);
  const parts: number[] = [];
  let running = 0n;
  let before = 0n;
  for (const weight of weights) {
    running += weight;
    const end = (2n * whole * running + sum) / (2n * sum);
    parts.push(Number(end - before));
    before = end;
  }
  return parts;
}

/** Amounts a thousandth as fine, rounded so that they sum to the rounded sum: nano-dollars to micro-dollars. */
export function roundToThousands(amounts: readonly number[]): number[] {
  let running = 0;
  let before = 0;
  return amounts.map((amount) => {
    running += amount;
    const end = Math.round(running / 1000);
    const part = end - before;
    before = end;
    return part;
  });
}
