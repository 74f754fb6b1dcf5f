import { Reader } from "./reader.ts";
import { Unpacked } from "./unpacked.ts";
import { Unreadable } from "./unreadable.ts";

/** What the Java client puts before its blocks: `0x82 SNAPPY 0`, then two version numbers. */
const JAVA_MAGIC = Uint8Array.of(0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00);
const JAVA_HEADER_BYTES = 16;

/**
 * Unpacks Snappy as Kafka's clients write it: the Java one as a stream of blocks, others as a single block.
 * Source: https://github.com/google/snappy/blob/main/format_description.txt
 */
export function unpackSnappy(data: Uint8Array, maxBytes: number): Uint8Array {
  const out = new Unpacked(data.length * 3, maxBytes);
  const reader = new Reader(data);
  if (!JAVA_MAGIC.every((byte, at) => data[at] === byte)) {
    unpackBlock(reader, out);
    return out.bytes;
  }
  reader.at = JAVA_HEADER_BYTES;
  while (reader.left > 0) unpackBlock(new Reader(reader.bytes(reader.int32())), out);
  return out.bytes;
}

function unpackBlock(reader: Reader, out: Unpacked): void {
  const wanted = out.bytes.length + reader.uvarint();
  while (reader.left > 0) {
    const tag = reader.int8() & 0xff;
    const kind = tag & 3;
    if (kind === 0) out.append(reader.bytes(literalLength(tag >>> 2, reader)));
    else if (kind === 1) out.repeat(((tag >>> 5) << 8) | little(reader, 1), ((tag >>> 2) & 7) + 4);
    else out.repeat(little(reader, kind === 2 ? 2 : 4), (tag >>> 2) + 1);
  }
  if (out.bytes.length !== wanted) throw new Unreadable("snappy records have another length than they say");
}

/** Up to 60 in the tag itself, else in the next one to four bytes. */
const literalLength = (code: number, reader: Reader): number =>
  (code < 60 ? code : little(reader, code - 59)) + 1;

/** A number whose least byte comes first. */
const little = (reader: Reader, bytes: number): number =>
  reader.bytes(bytes).reduceRight((value, byte) => value * 256 + byte, 0);
