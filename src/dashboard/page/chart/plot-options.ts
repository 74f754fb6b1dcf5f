import uPlot from "uplot";
import { markLabels, timeMarks } from "./axis.ts";
import type { Frame, Values } from "./frame.ts";

export type PlotLine = {
  readonly name: string;
  /** What is drawn; stacked lines are drawn on top of each other. */
  readonly values: Values;
  /** What is told, when that is something else than what is drawn. */
  readonly told?: Values;
  /** Name of a colour of the style sheet, such as `--accent`. */
  readonly color: string;
  /** Name of the colour below the line, down to the next line when `fillTo` names its place, else to the bottom. */
  readonly fill?: string;
  readonly fillTo?: number;
  readonly dash?: readonly number[];
  readonly width?: number;
  /** The other end of what the line stands for, told beside its own value. */
  readonly until?: Values;
  /** Told by another line. */
  readonly silent?: boolean;
};

export type PlotSpec = {
  readonly frame: Frame;
  readonly lines: readonly PlotLine[];
  readonly height: number;
  readonly format: (value: number | null) => string;
  /** For the marks of the value axis, when those read better shorter. */
  readonly tick?: (value: number | null) => string;
  /** Top of the value axis; as high as the values need when absent. */
  readonly max?: number;
};

/** Charts of the same page show the same moment when the pointer is over one of them. */
const SYNC = "time";

export type PlotHooks = {
  /** The spec that is shown now; an option that is a function reads it afresh. */
  readonly spec: () => PlotSpec;
  readonly onCursor: (index: number | null) => void;
  readonly onZoom: (fromS: number, toS: number) => void;
};

/** Changes when a chart must be made anew rather than be given other values. */
export const shapeOf = ({ lines, height, frame, max }: PlotSpec): string =>
  JSON.stringify([
    height,
    max,
    frame.stepped,
    lines.map(({ name, color, fill, fillTo, dash }) => [name, color, fill, fillTo, dash]),
  ]);

export const dataOf = ({ frame, lines }: PlotSpec): uPlot.AlignedData =>
  [frame.times, ...lines.map(({ values }) => values)] as unknown as uPlot.AlignedData;

/** The same look for every chart of the page; `color` resolves a name of the style sheet. */
export function optionsOf(width: number, color: (name: string) => string, hooks: PlotHooks): uPlot.Options {
  const { lines, height, frame } = hooks.spec();
  const axis = {
    stroke: color("--muted"),
    font: "11px Inter, system-ui, sans-serif",
    ticks: { show: false },
  };
  const grid = { stroke: color("--line-soft"), width: 1 };
  return {
    width,
    height,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: {
      sync: { key: SYNC },
      drag: { x: true, y: false, setScale: false },
      points: { size: 7, width: 2, fill: color("--surface") },
      y: false,
    },
    scales: {
      x: { time: true, range: () => [hooks.spec().frame.fromS, hooks.spec().frame.toS] },
      y: { range: (_plot, _min, max) => [0, hooks.spec().max ?? roof(max)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        splits: (plot, _at, from, to) => timeMarks(from, to, plot.bbox.width / devicePixelRatio),
        values: (_plot, marks) => markLabels(marks),
        size: 34,
        gap: 6,
      },
      {
        ...axis,
        grid,
        values: (_plot, marks) => marks.map((mark) => (hooks.spec().tick ?? hooks.spec().format)(mark)),
        size: (_plot, labels) => 12 + 6.6 * Math.max(3, ...(labels ?? []).map((label) => label.length)),
        gap: 6,
        space: 34,
      },
    ],
    series: [{}, ...lines.map((line) => seriesOf(line, frame.stepped, color))],
    bands: lines.flatMap(({ fill, fillTo }, at) =>
      fill !== undefined && fillTo !== undefined
        ? [{ series: [at + 1, fillTo + 1] as uPlot.Band.Bounds, fill: color(fill) }]
        : [],
    ),
    hooks: {
      setCursor: [(plot) => hooks.onCursor(plot.cursor.idx ?? null)],
      setSelect: [
        (plot) => {
          if (plot.select.width < 6) return;
          const from = plot.posToVal(plot.select.left, "x");
          const to = plot.posToVal(plot.select.left + plot.select.width, "x");
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          hooks.onZoom(from, to);
        },
      ],
    },
  };
}

function seriesOf(line: PlotLine, stepped: boolean, color: (name: string) => string): uPlot.Series {
  return {
    stroke: color(line.color),
    width: line.width ?? 1.75,
    points: { show: false },
    ...(line.fill !== undefined && line.fillTo === undefined ? { fill: color(line.fill) } : {}),
    ...(line.dash ? { dash: [...line.dash] } : {}),
    ...(stepped ? { paths: uPlot.paths.stepped!({ align: 1 }) } : {}),
  };
}

/** A little above the greatest value; something above zero when there is none. */
const roof = (max: number | null): number => (max === null || max <= 0 ? 1 : max * 1.12);
