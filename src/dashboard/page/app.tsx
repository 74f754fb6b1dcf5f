import { Overview } from "./cards/overview.tsx";
import { Service } from "./cards/service.tsx";
import { Vitals } from "./cards/vitals.tsx";
import { useCell } from "./cell.ts";
import { OverviewCharts } from "./chart/overview-charts.tsx";
import { useDashboard } from "./dashboard.ts";
import { soonWhileEmpty } from "./data/poller.ts";
import type { Status, Totals } from "./data/types.ts";
import { usePolled } from "./data/use-polled.ts";
import { DeadLetterPanel } from "./drawer/dead-letter-panel.tsx";
import { DeadLettersPanel } from "./drawer/dead-letters-panel.tsx";
import { FormulaPanel } from "./drawer/formula-panel.tsx";
import { SourcesPanel } from "./drawer/sources-panel.tsx";
import { paceOf } from "./figures/pace.ts";
import { formatSpan } from "./figures/times.ts";
import { GpuSection } from "./gpus/gpu-section.tsx";
import { Banners } from "./shell/banners.tsx";
import { EmptyStore } from "./shell/empty-store.tsx";
import { ErrorState } from "./shell/error-state.tsx";
import { Footer } from "./shell/footer.tsx";
import { Header } from "./shell/header.tsx";
import { Login } from "./shell/login.tsx";
import { Notes } from "./shell/notes.tsx";
import { Breakdown } from "./table/breakdown.tsx";
import { figuresQuery } from "./view/range.ts";
import { useNextMs } from "./view/use-window.ts";
import type { View } from "./view/view.ts";

const STATUS_MS = 15_000;

export function App() {
  const { loginNeeded } = useDashboard();
  return useCell(loginNeeded) ? <Login /> : <Page />;
}

function Page() {
  const { api, view, snapshot, now } = useDashboard();
  const { range, stoppedMs, panel } = useCell<View>(view);
  const state = useCell(snapshot);
  const query = figuresQuery(range, stoppedMs);
  const nextMs = useNextMs();
  const totals = usePolled<Totals>(
    { key: JSON.stringify(query), seen: true },
    (signal) => api.get("totals", { ...query }, signal),
    soonWhileEmpty(nextMs, ({ from }) => from === null),
  );
  const { data: status } = usePolled<Status>(
    { key: "status", seen: true },
    (signal) => api.get("status", {}, signal),
    (nowMs) => nowMs + STATUS_MS,
  );
  const answer = totals.data;
  const pace = paceOf(
    { range, ...(stoppedMs === undefined ? {} : { stoppedMs }) },
    answer,
    state?.rates,
    now(),
  );
  const empty =
    state !== undefined && state.problem === null && state.freshness.every(({ events }) => events === 0);
  return (
    <>
      <a class="skip" href="#figures">
        Skip to the figures
      </a>
      <Header tokenRequired={status?.tokenRequired ?? false} />
      <main id="figures" tabIndex={-1}>
        <Banners answer={empty ? undefined : answer} />
        {empty ? (
          <EmptyStore status={status} />
        ) : (
          <>
            <SpanLine answer={answer} />
            {totals.problem && !answer ? (
              <ErrorState problem={totals.problem} onRetry={totals.retry} />
            ) : null}
            <Overview
              answer={answer}
              pace={pace}
              live={range.kind === "live"}
              soFar={state?.totals?.allocationMicroUsd ?? null}
              dimmed={totals.outdated}
            />
            <Service totals={answer?.totals} />
            <Vitals snapshot={state} status={status} />
            <Notes notes={answer?.notes ?? []} />
            <OverviewCharts answer={answer} />
            <GpuSection answer={answer} />
            <Breakdown answer={answer} />
          </>
        )}
        {panel?.kind === "formula" ? (
          <FormulaPanel id={panel.id} answer={answer} pace={pace} all={state?.totals} />
        ) : null}
        {panel?.kind === "sources" ? <SourcesPanel status={status} snapshot={state} /> : null}
        {panel?.kind === "dead-letters" ? <DeadLettersPanel /> : null}
        {panel?.kind === "dead-letter" ? <DeadLetterPanel key={panel.id} id={panel.id} /> : null}
      </main>
      <Footer status={status} />
    </>
  );
}

/** From when to when there are events behind the figures. */
const SpanLine = ({ answer }: { readonly answer: Totals | undefined }) => (
  <p class="span-line" data-span>
    {answer?.from && answer.to ? formatSpan(Date.parse(answer.from), Date.parse(answer.to)) : "\u00a0"}
  </p>
);
