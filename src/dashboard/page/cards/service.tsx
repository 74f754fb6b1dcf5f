import { formatPercent, formatUsd } from "../../../support/format.ts";
import type { Figures } from "../../../telemetry/report-model.ts";
import { useDashboard } from "../dashboard.ts";
import type { FigureFormulaId } from "../figures/formulas.ts";
import { formatSeconds } from "../figures/numbers.ts";
import { tailOf, timesOf } from "../figures/service-formulas.ts";
import { Vital } from "./vital.tsx";

const titles = { ttft: "First token", tpot: "Per further token", e2e: "End to end" } as const;

/** How long requests take, and how many are good by the declared objective; absent where no time is known. */
export function Service({ totals }: { readonly totals: Figures | undefined }) {
  const { go } = useDashboard();
  if (totals === undefined) return null;
  const kinds = (Object.keys(titles) as (keyof typeof titles)[]).filter(
    (kind) => timesOf[kind](totals).p50 !== null,
  );
  if (kinds.length === 0 && totals.sloRequests === 0) return null;
  const open = (id: FigureFormulaId) => () => go({ panel: { kind: "formula", id } });
  return (
    <div class="vitals" data-service>
      {kinds.map((kind) => {
        const times = timesOf[kind](totals);
        return (
          <Vital
            key={kind}
            name={kind}
            title={titles[kind]}
            value={`${formatSeconds(times.p50)} median`}
            detail={tailOf(times)}
            loading={false}
            onOpen={open(kind)}
            action="show formula"
          />
        );
      })}
      {totals.sloRequests > 0 ? (
        <Vital
          name="good"
          title="Good requests"
          value={formatPercent(totals.goodRequests / totals.sloRequests)}
          detail={`${formatUsd(totals.microUsdPerGoodRequest)} per good request`}
          loading={false}
          onOpen={open("goodShare")}
          action="show formula"
        />
      ) : (
        <Vital
          name="good"
          title="Good requests"
          value="no objective"
          detail="declare one with CA3_SLO_TTFT, …_TPOT, …_E2E"
          loading={false}
        />
      )}
    </div>
  );
}
