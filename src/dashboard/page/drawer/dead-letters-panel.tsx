import { useState } from "preact/hooks";
import { formatBytes, formatCount, printable } from "../../../support/format.ts";
import { useDashboard } from "../dashboard.ts";
import { type Problem, problemFrom } from "../data/client.ts";
import type { DeadLetterCounts, DeadLetters } from "../data/types.ts";
import { usePolled } from "../data/use-polled.ts";
import { formatMoment } from "../figures/times.ts";
import { ErrorState } from "../shell/error-state.tsx";
import { Panel } from "./panel.tsx";

type Loaded = { readonly page: DeadLetters; readonly counts: DeadLetterCounts };

/** What could never be stored, by reason, and each record behind a click. */
export function DeadLettersPanel() {
  const { api } = useDashboard();
  const polled = usePolled<Loaded>(
    { key: "dead-letters", seen: true },
    async (signal) => {
      const [page, counts] = await Promise.all([
        api.get<DeadLetters>("dead-letters", { limit: "50", state: "open" }, signal),
        api.get<DeadLetterCounts>("dead-letters/counts", {}, signal),
      ]);
      return { page, counts };
    },
    (nowMs) => nowMs + 15_000,
  );
  const { data, problem } = polled;
  return (
    <Panel name="dead-letters" title="Dead letters">
      {problem && !data ? <ErrorState problem={problem} onRetry={polled.retry} /> : null}
      {data ? (
        <Listing key={data.page.items[0]?.id ?? ""} {...data} />
      ) : problem ? null : (
        <span class="bone bone-block" />
      )}
    </Panel>
  );
}

function Listing({ page, counts }: Loaded) {
  const { api, go, now } = useDashboard();
  const [more, setMore] = useState<{ items: DeadLetters["items"]; next: string | null; problem?: Problem }>({
    items: [],
    next: page.next,
  });
  const items = [...page.items, ...more.items];
  const loadMore = async (after: string) => {
    try {
      const query = { limit: "50", state: "open", after };
      const next = await api.get<DeadLetters>("dead-letters", query, AbortSignal.timeout(20_000));
      setMore({ items: [...more.items, ...next.items], next: next.next });
    } catch (error) {
      setMore({ ...more, problem: problemFrom(error) });
    }
  };
  const open = counts.counts.filter(({ state }) => state === "open");
  if (items.length === 0)
    return (
      <p class="quiet">
        There are none
        {counts.total > 0 ? ` that are open; ${formatCount(counts.total)} have been dealt with` : ""}. Every
        record that came could be stored.
      </p>
    );
  return (
    <>
      <p class="quiet">
        Records that can never be stored, kept with their bytes. Deal with them by <code>ca3 dlq</code>.
      </p>
      <ul class="reasons">
        {open.map(({ reason, count }) => (
          <li key={reason}>
            <strong>{formatCount(count)}</strong> {reason}
          </li>
        ))}
      </ul>
      <ul class="letters">
        {items.map((letter) => (
          <li key={letter.id}>
            <button
              type="button"
              class="letter"
              onClick={() => go({ panel: { kind: "dead-letter", id: letter.id } })}
            >
              <strong>{letter.reason}</strong>
              <span>{printable(letter.detail)}</span>
              <span class="quiet">
                {letter.topic} · {formatMoment(Date.parse(letter.appended), now())} ·{" "}
                {formatBytes(letter.bytes)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {more.problem ? <ErrorState problem={more.problem} /> : null}
      {more.next === null ? null : (
        <button type="button" class="button" onClick={() => void loadMore(more.next!)}>
          Show more
        </button>
      )}
    </>
  );
}
