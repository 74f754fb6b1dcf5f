import { useEffect, useState } from "preact/hooks";
import { useCell } from "../cell.ts";
import { useDashboard } from "../dashboard.ts";

/** The server's time, renewed every second while somebody looks at the page and the view moves. */
export function useNow(): number {
  const { now, watched, view } = useDashboard();
  const stoppedMs = useCell(view, (one) => one.stoppedMs);
  const moving = useCell(watched) && stoppedMs === undefined;
  const [nowMs, setNowMs] = useState(now());
  useEffect(() => {
    setNowMs(now());
    if (!moving) return;
    const timer = setInterval(() => setNowMs(now()), 1_000);
    return () => clearInterval(timer);
  }, [moving]);
  return nowMs;
}
