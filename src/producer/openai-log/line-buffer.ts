/** A line and where it stands in its file. */
export type Line = { readonly text: string; readonly offset: number };

/** Cuts bytes that arrive in chunks into lines; a line that is not ended yet waits. */
export type LineBuffer = {
  add(chunk: Uint8Array): readonly (Line | "too long")[];
  /** What waits as a line of its own, at the end of a file. */
  rest(): readonly (Line | "too long")[];
  /** Byte after the last line that was given out. */
  offset(): number;
};

const LINE_FEED = 10;

/** @param maxBytes a longer line is given up: nothing of it is kept, and it comes out as "too long" */
export function createLineBuffer(startOffset: number, maxBytes: number): LineBuffer {
  const decoder = new TextDecoder();
  let begun: Uint8Array[] = [];
  let begunBytes = 0;
  let tooLong = false;
  let offset = startOffset;

  const end = (last: Uint8Array, feed: number): Line | "too long" => {
    const bytes = begunBytes + last.byteLength;
    const line = tooLong || bytes > maxBytes ? ("too long" as const) : { text: textOf(last), offset };
    offset += bytes + feed;
    begun = [];
    begunBytes = 0;
    tooLong = false;
    return line;
  };
  const textOf = (last: Uint8Array): string =>
    decoder.decode(begun.length === 0 ? last : Buffer.concat([...begun, last])).replace(/\r$/, "");

  return {
    offset: () => offset,
    add: (chunk) => {
      const lines: (Line | "too long")[] = [];
      let from = 0;
      for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, from)) {
        lines.push(end(chunk.subarray(from, at), 1));
        from = at + 1;
      }
      const tail = chunk.subarray(from);
      begunBytes += tail.byteLength;
      tooLong ||= begunBytes > maxBytes;
      if (tooLong) begun = [];
      else if (tail.byteLength > 0) begun.push(new Uint8Array(tail));
      return lines;
    },
    rest: () => (begunBytes === 0 ? [] : [end(new Uint8Array(0), 0)]),
  };
}
