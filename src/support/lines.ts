/** Longest line that is kept; what is beyond it is dropped, so that a body without line feeds stays bounded. */
const MAX_LINE = 64 * 1024;

/** Splits UTF-8 chunks into lines, without their line feeds. `longest` is in characters. */
export async function* lines(
  chunks: AsyncIterable<Uint8Array>,
  longest: number = MAX_LINE,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    const text = rest + decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
      yield text.slice(from, text[end - 1] === "\r" ? end - 1 : end);
      from = end + 1;
    }
    rest = text.slice(from, from + longest);
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}
