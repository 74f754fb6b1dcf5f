import { useCell } from "../cell.ts";
import { useDashboard } from "../dashboard.ts";

/** Stops the view where it is, and lets it move again. */
export function PauseButton() {
  const { view, go, now } = useDashboard();
  const stopped = useCell(view, ({ stoppedMs }) => stoppedMs !== undefined);
  const toggle = () => go({ stoppedMs: stopped ? undefined : Math.floor(now() / 1000) * 1000 });
  return (
    <button type="button" class="button" data-control="pause" aria-pressed={stopped} onClick={toggle}>
      <span aria-hidden="true">{stopped ? "▶" : "❚❚"}</span> {stopped ? "Resume" : "Pause"}
    </button>
  );
}
