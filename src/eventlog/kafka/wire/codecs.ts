import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { Compression } from "../../kafka-config.ts";
import { unpackLz4Frame } from "./lz4.ts";
import { unpackSnappy } from "./snappy.ts";
import { Unreadable } from "./unreadable.ts";

/** Numbers of the codecs in the attributes of a batch. */
const numbers: Readonly<Record<Compression, number>> = { none: 0, gzip: 1, zstd: 4 };

export const codecOf = (compression: Compression): number => numbers[compression];

export function compress(compression: Exclude<Compression, "none">, data: Uint8Array): Buffer {
  return compression === "gzip" ? gzipSync(data) : zstdCompressSync(data);
}

/**
 * No batch may unpack to more than this: a few bytes could otherwise ask for any amount of memory. Producers fill batches
 * of at most a megabyte before they pack them.
 */
export const MAX_UNPACKED_BYTES = 32 * 1024 ** 2;
const bound = { maxOutputLength: MAX_UNPACKED_BYTES };

/** All five codecs of Kafka are read, because other programs may write to the same topics. */
const unpack: Readonly<Record<number, (data: Uint8Array) => Uint8Array>> = {
  0: (data) => data,
  1: (data) => gunzipSync(data, bound),
  2: (data) => unpackSnappy(data, MAX_UNPACKED_BYTES),
  3: (data) => unpackLz4Frame(data, MAX_UNPACKED_BYTES),
  4: (data) => zstdDecompressSync(data, bound),
};

/** The plain records of a batch. Throws Unreadable. */
export function decompress(codec: number, data: Uint8Array): Uint8Array {
  const way = unpack[codec];
  if (!way) throw new Unreadable(`compression ${codec} is not known`);
  try {
    return way(data);
  } catch (cause) {
    if (cause instanceof Unreadable) throw cause;
    throw new Unreadable(`a batch cannot be unpacked: ${(cause as Error).message}`, { cause });
  }
}
