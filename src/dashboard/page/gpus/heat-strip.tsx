import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useCell } from "../cell.ts";
import { pointsOf, type Values, valuesOn } from "../chart/frame.ts";
import { useDashboard } from "../dashboard.ts";
import { formatClock, formatSpan } from "../figures/times.ts";
import { heatMetrics, type View } from "../view/view.ts";
import { cardMetrics, heatMax, type ShownCards } from "./card-lines.ts";
import { canLabel, rowHeight } from "./heat.ts";
import { drawHeat } from "./heat-canvas.ts";

type Spot = { readonly row: number; readonly column: number };

/** Every card over time, a row each. The pointer or the arrow keys read a card; a click or Enter opens it. */
export function HeatStrip(shown: ShownCards) {
  const { view, go } = useDashboard();
  const { heat } = useCell<View>(view);
  const [spot, setSpot] = useState<Spot | undefined>();
  const { frame, series, cards } = shown;
  const metric = cardMetrics[heat];
  const columns = pointsOf(frame);
  const rows = useMemo(
    () => cards.map(({ line }) => valuesOn(frame, series.series[line], metric.metric)),
    [frame, cards, metric],
  );
  const max = useMemo(() => heatMax(metric, shown), [frame, cards, metric]);
  const height = rowHeight(cards.length);
  const labelled = canLabel(height);
  const open = (row: number) => {
    const card = cards[row];
    if (card?.reading) go({ panel: { kind: "gpu", uuid: card.uuid } });
  };
  const move = (event: KeyboardEvent) => {
    if (event.key === "Enter" && spot) return open(spot.row);
    const next = afterKey(
      event.key,
      spot ?? { row: 0, column: Math.max(0, columns - 1) },
      cards.length,
      columns,
    );
    if (next === undefined) return;
    event.preventDefault();
    setSpot(next);
  };
  return (
    <div class="heat">
      <header class="heat-head">
        <h3>Every card over time</h3>
        <fieldset class="segments segments-small">
          <legend class="sr-only">What the colours show</legend>
          {heatMetrics.map((name) => (
            <label key={name} class="segment">
              <input
                type="radio"
                name="heat"
                value={name}
                checked={name === heat}
                onChange={() => go({ heat: name })}
              />
              <span>{cardMetrics[name].title}</span>
            </label>
          ))}
        </fieldset>
        <p class="heat-scale">
          <span>{(metric.tick ?? metric.format)(0)}</span>
          <span class="heat-ramp" aria-hidden="true" />
          <span>{(metric.tick ?? metric.format)(max)}</span>
        </p>
      </header>
      <div class="heat-body">
        {labelled ? (
          <ol class="heat-names">
            {cards.map(({ uuid, name }, row) => (
              <li key={uuid} style={{ height: `${height}px` }}>
                <button type="button" onClick={() => open(row)} disabled={!cards[row]?.reading}>
                  {name}
                </button>
              </li>
            ))}
          </ol>
        ) : null}
        <HeatCanvas
          rows={rows}
          columns={columns}
          max={max}
          height={height}
          label={`${metric.title} of ${cards.length} cards, ${formatSpan(frame.fromS * 1000, frame.toS * 1000)}. Arrow keys read a card, Enter opens it.`}
          spot={spot}
          onSpot={setSpot}
          onOpen={open}
          onKey={move}
        />
      </div>
      <p class="heat-reading" role="status">
        {spot && cards[spot.row] ? (
          <>
            <strong>{cards[spot.row]!.name}</strong> {metric.format(rows[spot.row]?.[spot.column] ?? null)} at{" "}
            {formatClock((frame.times[spot.column] ?? frame.fromS) * 1000)} UTC
          </>
        ) : (
          <span class="quiet">
            {labelled
              ? "Choose a card to see its reading."
              : "Point at a row to read it; click to open the card."}
          </span>
        )}
      </p>
    </div>
  );
}

type HeatCanvasProps = {
  readonly rows: readonly Values[];
  readonly columns: number;
  readonly max: number;
  readonly height: number;
  readonly label: string;
  readonly spot: Spot | undefined;
  readonly onSpot: (spot: Spot | undefined) => void;
  readonly onOpen: (row: number) => void;
  readonly onKey: (event: KeyboardEvent) => void;
};

function HeatCanvas({ rows, columns, max, height, label, spot, onSpot, onOpen, onKey }: HeatCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const draw = () => canvas.current && drawHeat(canvas.current, rows, columns, max);
    draw();
    addEventListener("ca3-theme", draw);
    return () => removeEventListener("ca3-theme", draw);
  }, [rows, columns, max]);
  const spotAt = (event: MouseEvent): Spot => {
    const box = canvas.current!.getBoundingClientRect();
    const part = (at: number, size: number, count: number) =>
      Math.min(count - 1, Math.max(0, Math.floor((at / size) * count)));
    return {
      row: part(event.clientY - box.top, box.height, rows.length),
      column: part(event.clientX - box.left, box.width, columns),
    };
  };
  return (
    <div class="heat-area" style={{ height: `${rows.length * height}px` }}>
      <canvas
        ref={canvas}
        class="heat-canvas"
        tabIndex={0}
        role="img"
        aria-label={label}
        onPointerMove={(event) => onSpot(spotAt(event))}
        onPointerLeave={() => onSpot(undefined)}
        onClick={(event) => onOpen(spotAt(event).row)}
        onKeyDown={onKey}
      />
      {spot ? (
        <span
          class="heat-cursor"
          aria-hidden="true"
          style={{ top: `${spot.row * height}px`, height: `${Math.max(2, height)}px` }}
        />
      ) : null}
    </div>
  );
}

/** Where an arrow key leads; undefined for other keys. */
function afterKey(key: string, { row, column }: Spot, rows: number, columns: number): Spot | undefined {
  const clamp = (value: number, count: number) => Math.min(count - 1, Math.max(0, value));
  if (key === "ArrowDown") return { row: clamp(row + 1, rows), column };
  if (key === "ArrowUp") return { row: clamp(row - 1, rows), column };
  if (key === "ArrowRight") return { row, column: clamp(column + 1, columns) };
  if (key === "ArrowLeft") return { row, column: clamp(column - 1, columns) };
  if (key === "Home") return { row: 0, column };
  return key === "End" ? { row: rows - 1, column } : undefined;
}
