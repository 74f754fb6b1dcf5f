import { Reader } from "./reader.ts";
import { Unpacked } from "./unpacked.ts";
import { Unreadable } from "./unreadable.ts";

const MAGIC = 0x184d2204;
const MIN_MATCH = 4;

/**
 * Unpacks an LZ4 frame, which is what Kafka's clients write; checksums are left to the one of the batch around it.
 * Source: https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md and lz4_Block_format.md beside it.
 */
export function unpackLz4Frame(data: Uint8Array, maxBytes: number): Uint8Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (view.getUint32(0, true) !== MAGIC) throw new Unreadable("lz4 records do not begin with a frame");
  const flags = view.getUint8(4);
  const hasSize = (flags & 0x08) !== 0;
  const hasDictionary = (flags & 0x01) !== 0;
  const blockChecksum = (flags & 0x10) !== 0 ? 4 : 0;
  let at = 6 + (hasSize ? 8 : 0) + (hasDictionary ? 4 : 0) + 1;
  const out = new Unpacked(data.length * 3, maxBytes);
  for (;;) {
    const word = view.getUint32(at, true);
    at += 4;
    if (word === 0) return out.bytes;
    const plain = word >>> 31 === 1;
    const block = new Reader(data.subarray(at)).bytes(word & 0x7fffffff);
    if (plain) out.append(block);
    else unpackBlock(block, out);
    at += block.length + blockChecksum;
  }
}

function unpackBlock(block: Uint8Array, out: Unpacked): void {
  const reader = new Reader(block);
  const lengthFrom = (nibble: number): number => {
    let length = nibble;
    for (let byte = nibble === 15 ? 255 : 0; byte === 255; length += byte) byte = block[reader.at++] ?? 0;
    return length;
  };
  while (reader.left > 0) {
    const token = reader.int8() & 0xff;
    out.append(reader.bytes(lengthFrom(token >>> 4)));
    if (reader.left === 0) return; // the last sequence has no match
    const [low, high] = reader.bytes(2) as unknown as [number, number];
    out.repeat(low | (high << 8), lengthFrom(token & 15) + MIN_MATCH);
  }
}
