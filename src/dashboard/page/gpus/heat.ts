import type { Values } from "../chart/frame.ts";

export type Rgb = readonly [red: number, green: number, blue: number];

/** The highest strip that still shows every card; with more cards each gets less. */
const STRIP_PX = 480;

/** Height of one card's row: high enough to be labelled when there are few, and a whole number of pixels always. */
export const rowHeight = (cards: number): number =>
  Math.max(cards > 240 ? 1 : 2, Math.min(22, Math.floor(STRIP_PX / Math.max(1, cards))));

export const canLabel = (heightPx: number): boolean => heightPx >= 14;

/** Colours from nothing to full, mixed in 64 steps. */
export function rampOf(from: Rgb, to: Rgb): readonly Rgb[] {
  return Array.from({ length: 64 }, (_, at) => {
    const share = at / 63;
    return from.map((channel, index) =>
      Math.round(channel + (to[index]! - channel) * share),
    ) as unknown as Rgb;
  });
}

/** One pixel per card and point, RGBA row by row; transparent where there is no value. */
export function heatPixels(
  rows: readonly Values[],
  columns: number,
  max: number,
  ramp: readonly Rgb[],
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(rows.length * columns * 4);
  rows.forEach((row, y) => {
    for (let x = 0; x < columns; x++) {
      const value = row[x] ?? null;
      if (value === null) continue;
      const share = max > 0 ? Math.min(1, Math.max(0, value / max)) : 0;
      const [red, green, blue] = ramp[Math.round(share * (ramp.length - 1))]!;
      pixels.set([red, green, blue, 255], (y * columns + x) * 4);
    }
  });
  return pixels;
}

/** `#0b7a75` as three numbers; black when it is no such colour. */
export function parseHex(text: string): Rgb {
  const found = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text.trim());
  return found
    ? [Number.parseInt(found[1]!, 16), Number.parseInt(found[2]!, 16), Number.parseInt(found[3]!, 16)]
    : [0, 0, 0];
}
