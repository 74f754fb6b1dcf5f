/** Paints text for a terminal, or leaves it alone. Colour never carries meaning alone. */
export type Style = {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
};

const painter = (color: boolean, open: number, close: number) => (text: string) =>
  color && text !== "" ? `\u001b[${open}m${text}\u001b[${close}m` : text;

/** The style of a stream: pass `io.outColor` for results, `io.noteColor` for the rest. */
export const styleFor = (color: boolean): Style => ({
  bold: painter(color, 1, 22),
  dim: painter(color, 2, 22),
  red: painter(color, 31, 39),
  green: painter(color, 32, 39),
  yellow: painter(color, 33, 39),
  cyan: painter(color, 36, 39),
});
