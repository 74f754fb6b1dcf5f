/**
 * Randomness without memory: the same (seed, position, purpose) gives the same number in every process, so a source
 * can start anywhere in its stream. The mixer is the finaliser of MurmurHash3 (Appleby, public domain).
 */
export function uniform(seed: number, position: number, purpose: number): number {
  let hash = mix(seed | 0, purpose);
  hash = mix(hash, position | 0);
  hash = mix(hash, Math.floor(position / 2 ** 32));
  return (hash >>> 0) / 2 ** 32;
}

/** A standard normal number, by Box and Muller, from the purposes `purpose` and `purpose + 1`. */
export function normal(seed: number, position: number, purpose: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform(seed, position, purpose)));
  return radius * Math.cos(2 * Math.PI * uniform(seed, position, purpose + 1));
}

function mix(hash: number, value: number): number {
  let mixed = hash ^ Math.imul(value + 0x9e3779b9, 0x85ebca6b);
  mixed ^= mixed >>> 16;
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** Index of the part that `at` (0..1) falls into, when the parts have these ascending upper ends. */
export function pick(upperEnds: readonly number[], at: number): number {
  const place = at * upperEnds[upperEnds.length - 1]!;
  const found = upperEnds.findIndex((end) => place < end);
  return found === -1 ? upperEnds.length - 1 : found;
}

/** Running sums of weights, for `pick`. */
export function upperEnds(weights: readonly number[]): number[] {
  let sum = 0;
  return weights.map((weight) => {
    sum += weight;
    return sum;
  });
}
