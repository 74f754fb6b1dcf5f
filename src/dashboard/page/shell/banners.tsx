import { useCell } from "../cell.ts";
import { useDashboard } from "../dashboard.ts";
import type { Totals } from "../data/types.ts";
import { useNow } from "../data/use-now.ts";
import { checkName, outlookOf } from "../figures/outlook.ts";
import { formatAge, formatMoment } from "../figures/times.ts";
import { LIVE_MS, rangeOfNewest } from "../view/range.ts";
import { storedOf } from "../view/use-window.ts";

/** What the reader must know before reading any number: no connection, not ready, or nothing in this range. */
export function Banners({ answer }: { readonly answer: Totals | undefined }) {
  return (
    <div class="banners" aria-live="polite">
      <LostConnection />
      <NotReady />
      {answer && answer.from === null ? <NothingHere /> : null}
    </div>
  );
}

function LostConnection() {
  const { stream } = useDashboard();
  const connection = useCell(stream.connection);
  const nowMs = useNow();
  if (connection.state !== "waiting") return null;
  const seconds = Math.max(0, Math.ceil((connection.retryMs - Date.now()) / 1000));
  return (
    <div class="banner banner-warn" data-banner="connection">
      <p>
        <strong>The connection is lost.</strong> These are the numbers of{" "}
        {formatMoment(connection.sinceMs, nowMs)}. {seconds > 0 ? `Next try in ${seconds} s.` : "Trying now."}
      </p>
      <button type="button" class="button" onClick={stream.retry}>
        Try now
      </button>
    </div>
  );
}

function NotReady() {
  const { snapshot, go } = useDashboard();
  const state = useCell(snapshot);
  if (state === undefined || (state.ready && state.problem === null)) return null;
  const failing = state.checks.filter(({ ok }) => !ok);
  const { title, outlook } = outlookOf(failing.map(({ name }) => name));
  return (
    <div class="banner banner-bad" data-banner="not-ready">
      <div>
        <p>
          <strong>{title}</strong> {outlook}
        </p>
        <ul>
          {failing.map(({ name, detail }) => (
            <li key={name}>
              <b>{checkName(name)}</b>: {detail}
            </li>
          ))}
          {state.problem ? <li>{state.problem}</li> : null}
        </ul>
      </div>
      <button type="button" class="button" onClick={() => go({ panel: { kind: "sources" } })}>
        All checks
      </button>
    </div>
  );
}

/** The range is empty and the store is not: offer what there is, unless it is still coming in. */
function NothingHere() {
  const { snapshot, view, go, now } = useDashboard();
  const state = useCell(snapshot);
  const { range } = useCell(view);
  const stored = storedOf(state);
  const nowMs = now();
  if (stored === undefined || state?.lag?.records) return null;
  if (range.kind === "live" && stored.newestMs > nowMs - LIVE_MS) return null;
  return (
    <div class="banner" data-banner="past">
      <p>
        <strong>There is no telemetry in this range.</strong> The newest is from{" "}
        {formatMoment(stored.newestMs, nowMs)}, {formatAge(Math.max(0, nowMs - stored.newestMs))} ago.
      </p>
      <div class="banner-actions">
        <button
          type="button"
          class="button button-accent"
          onClick={() => go({ range: rangeOfNewest(stored), stoppedMs: undefined })}
        >
          Show it
        </button>
        <button
          type="button"
          class="button"
          onClick={() => go({ range: { kind: "all" }, stoppedMs: undefined })}
        >
          Show all
        </button>
      </div>
    </div>
  );
}
