/** A block of IPv4 addresses: the first one as a 32-bit number, and how many leading bits are fixed. */
export type Cidr = { readonly first: number; readonly bits: number };

/** An IPv4 address as a number; nothing when it is none. */
export function parseAddress(text: string): number | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255))
    return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** A block such as `10.0.0.0/16`. Nothing when it is none, or when bits beyond the prefix are set. */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^(.+)\/(\d{1,2})$/.exec(text);
  const first = match ? parseAddress(match[1]!) : undefined;
  const bits = Number(match?.[2]);
  if (first === undefined || bits > 32 || first % sizeOf(bits) !== 0) return undefined;
  return { first, bits };
}

const sizeOf = (bits: number): number => 2 ** (32 - bits);

export const formatAddress = (address: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");

export const formatCidr = ({ first, bits }: Cidr): string => `${formatAddress(first)}/${bits}`;

/** The block of this prefix that the address is in; to suggest what was meant by `10.0.1.7/16`. */
export const blockAround = (address: number, bits: number): Cidr => ({
  first: address - (address % sizeOf(bits)),
  bits,
});

/** Whether `inner` lies in `outer` altogether. */
export const contains = (outer: Cidr, inner: Cidr): boolean =>
  inner.bits >= outer.bits && blockAround(inner.first, outer.bits).first === outer.first;

export const overlaps = (a: Cidr, b: Cidr): boolean => contains(a, b) || contains(b, a);

export const containsAddress = (block: Cidr, address: number): boolean =>
  contains(block, { first: address, bits: 32 });
