import { useCell } from "../cell.ts";
import { useDashboard } from "../dashboard.ts";
import { useNow } from "../data/use-now.ts";
import { formatMoment } from "../figures/times.ts";

/** Whether what is shown moves with the pipeline. */
export function StatusPill() {
  const { stream, view, snapshot } = useDashboard();
  const connection = useCell(stream.connection);
  const { stoppedMs } = useCell(view);
  const ready = useCell(snapshot, (one) => one?.ready);
  const nowMs = useNow();
  const { text, level } =
    stoppedMs !== undefined
      ? { text: `Paused at ${formatMoment(stoppedMs, nowMs)}`, level: "still" }
      : connection.state === "waiting"
        ? { text: "Reconnecting", level: "warn" }
        : connection.state !== "open"
          ? { text: "Connecting", level: "still" }
          : ready === false
            ? { text: "Not ready", level: "warn" }
            : { text: "Live", level: "live" };
  return (
    <p class={`pill pill-${level}`} data-status={level} role="status">
      <span class="pill-dot" aria-hidden="true" />
      {text}
    </p>
  );
}
