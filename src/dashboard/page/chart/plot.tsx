import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import type { Cell } from "../cell.ts";
import { useDashboard } from "../dashboard.ts";
import { dataOf, optionsOf, type PlotSpec, shapeOf } from "./plot-options.ts";

/** A shorter span than this is a slip of the pointer. */
const LEAST_ZOOM_MS = 20_000;

type PlotProps = {
  readonly spec: PlotSpec;
  /** What the chart shows, for those who cannot see it. */
  readonly label: string;
  /** Gets the index of the point under the pointer. */
  readonly cursor: Cell<number | null>;
};

/** Draws lines over time. Dragging over a span makes it the range of the page. */
export function Plot({ spec, label, cursor }: PlotProps) {
  const { go } = useDashboard();
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const shown = useRef(spec);
  shown.current = spec;
  const colors = useColors();
  const shape = shapeOf(spec);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const styles = getComputedStyle(document.documentElement);
    const width = Math.max(80, element.clientWidth);
    const made = new uPlot(
      optionsOf(width, (name) => styles.getPropertyValue(name).trim(), {
        spec: () => shown.current,
        onCursor: cursor.set,
        onZoom: (fromS, toS) => {
          const [fromMs, toMs] = [Math.floor(fromS) * 1000, Math.ceil(toS) * 1000];
          if (toMs - fromMs >= LEAST_ZOOM_MS)
            go({ range: { kind: "custom", fromMs, toMs }, stoppedMs: undefined });
        },
      }),
      dataOf(shown.current),
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(([entry]) => {
      const next = Math.floor(entry!.contentRect.width);
      if (next > 0 && next !== made.width) made.setSize({ width: next, height: shown.current.height });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [shape, colors]);

  useEffect(() => {
    plot.current?.setData(dataOf(spec));
  }, [spec.frame, spec.lines]);

  return (
    <div class="plot" style={{ height: `${spec.height}px` }} role="img" aria-label={label}>
      <div ref={box} class="plot-box" />
    </div>
  );
}

/** Another number whenever the colours of the page are other ones. */
function useColors(): number {
  const [version, setVersion] = useState(0);
  useEffect(() => {
    const renew = () => setVersion((before) => before + 1);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", renew);
    addEventListener("ca3-theme", renew);
    return () => {
      dark.removeEventListener("change", renew);
      removeEventListener("ca3-theme", renew);
    };
  }, []);
  return version;
}
