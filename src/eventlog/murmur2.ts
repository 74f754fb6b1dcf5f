/**
 * The 32-bit MurmurHash2 with Kafka's seed, as a signed integer. Source: `org.apache.kafka.common.utils.Utils.murmur2`
 * in Apache Kafka's Java client; with it a key maps to the same partition number here and in Kafka.
 */
export function murmur2(data: Uint8Array): number {
  const multiplier = 0x5bd1e995;
  const length = data.length;
  const whole = length & ~3;
  let hash = 0x9747b28c ^ length;
  for (let i = 0; i < whole; i += 4) {
    let word = data[i]! | (data[i + 1]! << 8) | (data[i + 2]! << 16) | (data[i + 3]! << 24);
    word = Math.imul(word, multiplier);
    word = Math.imul(word ^ (word >>> 24), multiplier);
    hash = Math.imul(hash, multiplier) ^ word;
  }
  const rest = length - whole;
  if (rest === 3) hash ^= data[whole + 2]! << 16;
  if (rest >= 2) hash ^= data[whole + 1]! << 8;
  if (rest >= 1) hash = Math.imul(hash ^ data[whole]!, multiplier);
  hash = Math.imul(hash ^ (hash >>> 13), multiplier);
  return (hash ^ (hash >>> 15)) | 0;
}

const encoder = new TextEncoder();

/** Partition of a key among `partitions`: the positive part of murmur2 over its UTF-8 bytes, as Kafka's clients do. */
export function partitionOfKey(key: string, partitions: number): number {
  return (murmur2(encoder.encode(key)) & 0x7fffffff) % partitions;
}
