const MAX_WORDS = 4096;

/** Turns bytes into text and remembers it: names in a log repeat on every row, and decoding is slower than finding them. */
export class WordCache {
  readonly #words = new Map<number, { readonly bytes: Uint8Array; readonly text: string }>();

  text(buffer: Uint8Array, start: number, end: number): string {
    // FNV-1a, by Fowler, Noll and Vo.
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ buffer[at]!, 0x01000193);
    const known = this.#words.get(hash);
    if (known !== undefined && isSame(known.bytes, buffer, start, end)) return known.text;
    const bytes = buffer.slice(start, end);
    const text = decoder.decode(bytes);
    if (this.#words.size >= MAX_WORDS) this.#words.clear();
    this.#words.set(hash, { bytes, text });
    return text;
  }
}

const decoder = new TextDecoder();

function isSame(bytes: Uint8Array, buffer: Uint8Array, start: number, end: number): boolean {
  if (bytes.length !== end - start) return false;
  for (let at = 0; at < bytes.length; at++) if (bytes[at] !== buffer[start + at]) return false;
  return true;
}
