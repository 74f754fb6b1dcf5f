import { formatPercent, formatUsd } from "../../../support/format.ts";
import type { Figures } from "../../../telemetry/report-model.ts";

/** Where the money went, as one bar with its parts in words below. */
export function IdleBar({ figures }: { readonly figures: Figures }) {
  const { allocationMicroUsd: cost } = figures;
  const parts = [
    { name: "Used", className: "used", microUsd: figures.usedMicroUsd },
    { name: "Allocated, idle", className: "idle", microUsd: figures.idleAllocatedMicroUsd },
    { name: "Unallocated", className: "unallocated", microUsd: figures.idleUnallocatedMicroUsd },
  ];
  const share = (microUsd: number) => (cost > 0 ? microUsd / cost : 0);
  return (
    <div class="idle">
      <div class="idle-bar" aria-hidden="true">
        {parts.map(({ className, microUsd }) => (
          <span key={className} class={`idle-${className}`} style={{ flexGrow: share(microUsd) }} />
        ))}
      </div>
      <dl class="parts">
        {parts.slice(1).map(({ name, className, microUsd }) => (
          <div key={className} class="part" title={`${formatPercent(share(microUsd))} of the cost`}>
            <dt>
              <span class={`swatch idle-${className}`} aria-hidden="true" />
              {name}
            </dt>
            <dd>{formatUsd(figures.gpuSeconds > 0 ? microUsd : null)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
