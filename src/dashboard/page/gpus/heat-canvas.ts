import type { Values } from "../chart/frame.ts";
import { heatPixels, parseHex, rampOf } from "./heat.ts";

/** Paints one pixel per card and point; the style sheet makes the picture as large as it has to be. */
export function drawHeat(
  canvas: HTMLCanvasElement,
  rows: readonly Values[],
  columns: number,
  max: number,
): void {
  const context = canvas.getContext("2d");
  if (context === null || columns === 0 || rows.length === 0) return;
  const styles = getComputedStyle(document.documentElement);
  const color = (name: string) => parseHex(styles.getPropertyValue(name));
  canvas.width = columns;
  canvas.height = rows.length;
  const pixels = heatPixels(rows, columns, max, rampOf(color("--heat-0"), color("--heat-1")));
  context.putImageData(new ImageData(pixels, columns, rows.length), 0, 0);
}
