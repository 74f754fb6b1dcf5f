/** Bytes that are taken at a time, each with a table of its own; about half as fast again as by eight. */
const STRIDE = 16;
/** CRC-32C is the Castagnoli polynomial, reflected: RFC 3720, appendix B.4. */
const tables = makeTables(0x82f63b78);

function makeTables(polynomial: number): readonly Int32Array[] {
  const made = Array.from({ length: STRIDE }, () => new Int32Array(256));
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ polynomial;
    made[0]![byte] = crc;
  }
  for (let byte = 0; byte < 256; byte++)
    for (let table = 1; table < STRIDE; table++) {
      const before = made[table - 1]![byte]!;
      made[table]![byte] = made[0]![before & 0xff]! ^ (before >>> 8);
    }
  return made;
}

type Four = readonly [Int32Array, Int32Array, Int32Array, Int32Array];
const four = (from: number): Four => tables.slice(from, from + 4) as unknown as Four;

const [t0, t1, t2, t3] = four(0);
const [t4, t5, t6, t7] = four(4);
const [t8, t9, t10, t11] = four(8);
const [t12, t13, t14, t15] = four(12);

/** CRC-32C of `data[from, to)`, as an unsigned number. Kafka's record batches carry it. */
export function crc32c(data: Uint8Array, from = 0, to = data.length): number {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let crc = -1;
  let at = from;
  for (const last = to - STRIDE; at <= last; at += STRIDE) {
    const a = crc ^ view.getInt32(at, true);
    const b = view.getInt32(at + 4, true);
    const c = view.getInt32(at + 8, true);
    const d = view.getInt32(at + 12, true);
    crc =
      t15[a & 0xff]! ^
      t14[(a >>> 8) & 0xff]! ^
      t13[(a >>> 16) & 0xff]! ^
      t12[a >>> 24]! ^
      (t11[b & 0xff]! ^ t10[(b >>> 8) & 0xff]! ^ t9[(b >>> 16) & 0xff]! ^ t8[b >>> 24]!) ^
      (t7[c & 0xff]! ^ t6[(c >>> 8) & 0xff]! ^ t5[(c >>> 16) & 0xff]! ^ t4[c >>> 24]!) ^
      (t3[d & 0xff]! ^ t2[(d >>> 8) & 0xff]! ^ t1[(d >>> 16) & 0xff]! ^ t0[d >>> 24]!);
  }
  for (; at < to; at++) crc = (crc >>> 8) ^ t0[(crc ^ data[at]!) & 0xff]!;
  return ~crc >>> 0;
}
