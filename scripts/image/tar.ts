/** One entry of an archive; folders end with a slash. */
export type Entry = {
  readonly path: string;
  readonly mode: number;
  readonly bytes?: Uint8Array;
  /** Where a symbolic link leads. */
  readonly link?: string;
};

const BLOCK = 512;
const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, "0")}\0`;

/** A POSIX archive that depends on its entries alone: no time, no owner, in the given order. */
export function tar(entries: readonly Entry[]): Uint8Array {
  const parts = entries.flatMap((entry) => {
    const { bytes = new Uint8Array() } = entry;
    return [header(entry, bytes.length), bytes, new Uint8Array((BLOCK - (bytes.length % BLOCK)) % BLOCK)];
  });
  return Buffer.concat([...parts, new Uint8Array(2 * BLOCK)]);
}

function header({ path, mode, link }: Entry, size: number): Uint8Array {
  if (Buffer.byteLength(path) > 100) throw new Error(`${path} is too long for an archive`);
  const block = Buffer.alloc(BLOCK);
  const kind = link !== undefined ? "2" : path.endsWith("/") ? "5" : "0";
  const fields: readonly (readonly [at: number, text: string])[] = [
    [0, path],
    [100, octal(mode, 8)],
    [108, octal(0, 8)],
    [116, octal(0, 8)],
    [124, octal(size, 12)],
    [136, octal(0, 12)],
    [148, "        "],
    [156, kind],
    [157, link ?? ""],
    [257, "ustar\0" + "00"],
  ];
  for (const [at, text] of fields) block.write(text, at, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}
