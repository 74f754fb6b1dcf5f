import { formatCompact, formatEnergy, formatPercent, formatUsd } from "../../../support/format.ts";
import type { Totals } from "../data/types.ts";
import { formatRate, formatSignificant, formatWatts } from "../figures/numbers.ts";
import {
  costPerHour,
  costPerMonth,
  inputPerSecond,
  outputPerSecond,
  type Pace,
  requestsPerSecond,
  tokensPerSecond,
} from "../figures/rate-formulas.ts";
import { Card, CardSkeleton, Part, Parts } from "./card.tsx";
import { Figure } from "./figure.tsx";
import { IdleBar } from "./idle-bar.tsx";

const titles = {
  price: "$ / 1M tokens",
  tokens: "Throughput",
  cost: "Cost",
  idle: "Idle cost",
  energy: "Energy / token",
} as const;

type OverviewProps = {
  readonly answer: Totals | undefined;
  readonly pace: Pace | undefined;
  /** The range is the present, so its rate says more than its sum. */
  readonly live: boolean;
  /** Cost of all telemetry, micro-dollars. */
  readonly soFar: number | null;
  readonly dimmed: boolean;
};

/** The figures at a glance. */
export function Overview({ answer, pace, live, soFar, dimmed }: OverviewProps) {
  if (answer === undefined)
    return (
      <div class="cards">
        {Object.entries(titles).map(([name, title]) => (
          <CardSkeleton key={name} name={name} title={title} />
        ))}
      </div>
    );
  const { totals } = answer;
  const gpus = { gpus: totals.gpuQuality };
  const both = { tokens: totals.tokenQuality, gpus: totals.gpuQuality };
  return (
    <div class={dimmed ? "cards dimmed" : "cards"} aria-busy={dimmed}>
      <Card name="price" title={titles.price} provenance={both}>
        <Figure big formula="blended" text={formatUsd(totals.microUsdPerMillionTokens)} unit="blended" />
        <Parts>
          <Part name="Input">
            <Figure formula="input" text={formatUsd(totals.microUsdPerMillionInputTokens)} />
          </Part>
          <Part name="Output">
            <Figure formula="output" text={formatUsd(totals.microUsdPerMillionOutputTokens)} />
          </Part>
        </Parts>
      </Card>
      <Card name="tokens" title={titles.tokens} provenance={{ tokens: totals.tokenQuality }}>
        <Figure big formula="tokensPerSecond" text={rate(pace, tokensPerSecond)} unit="tokens/s" />
        <Parts>
          <Part name="In">
            <Figure formula="inputPerSecond" text={rate(pace, inputPerSecond)} />
          </Part>
          <Part name="Out">
            <Figure formula="outputPerSecond" text={rate(pace, outputPerSecond)} />
          </Part>
          <Part name="Requests">
            <Figure formula="requestsPerSecond" text={rate(pace, requestsPerSecond)} unit="/s" />
          </Part>
        </Parts>
      </Card>
      <CostCard answer={answer} pace={pace} live={live} soFar={soFar} />
      <Card name="idle" title={titles.idle} provenance={gpus}>
        <div class="figure-pair">
          <Figure big formula="idle" text={formatUsd(held(totals, totals.idleMicroUsd))} />
          <Figure
            formula="idleShare"
            text={formatPercent(
              totals.allocationMicroUsd > 0 ? totals.idleMicroUsd / totals.allocationMicroUsd : null,
            )}
            unit="of the cost"
          />
        </div>
        <IdleBar figures={totals} />
      </Card>
      <Card name="energy" title={titles.energy} provenance={both}>
        <Figure big formula="joulesPerToken" text={formatSignificant(totals.joulesPerToken)} unit="J" />
        <Parts>
          <Part name="Tokens / J">
            <Figure formula="tokensPerJoule" text={formatSignificant(totals.tokensPerJoule)} />
          </Part>
          <Part name="Energy">
            <Figure formula="energy" text={formatEnergy(held(totals, totals.energyJoules))} />
          </Part>
          <Part name="Power">
            <Figure formula="power" text={formatWatts(pace?.watts)} />
          </Part>
        </Parts>
      </Card>
    </div>
  );
}

type CostCardProps = Pick<OverviewProps, "pace" | "live" | "soFar"> & { readonly answer: Totals };

function CostCard({ answer: { totals }, pace, live, soFar }: CostCardProps) {
  const perHour = pace ? costPerHour(pace).value : null;
  const perMonth = pace ? costPerMonth(pace).value : null;
  const month =
    perMonth !== null && perMonth >= 1e11 ? `$${formatCompact(perMonth / 1e6)}` : formatUsd(perMonth, 0);
  return (
    <Card name="cost" title={titles.cost} provenance={{ gpus: totals.gpuQuality }}>
      {live ? (
        <Figure big formula="costPerHour" text={formatUsd(perHour, 2)} unit="per hour" />
      ) : (
        <Figure
          big
          formula="cost"
          text={formatUsd(held(totals, totals.allocationMicroUsd), 2)}
          unit="in this range"
        />
      )}
      <Parts>
        {live ? null : (
          <Part name="Per hour">
            <Figure formula="costPerHour" text={formatUsd(perHour, 2)} />
          </Part>
        )}
        <Part name="Per month">
          <Figure formula="costPerMonth" text={month} />
        </Part>
        <Part name="So far">
          <Figure formula="soFar" text={formatUsd(soFar, 2)} />
        </Part>
      </Parts>
    </Card>
  );
}

/** Without a reading of a GPU nothing is known of cost and energy, which is not the same as none. */
const held = ({ gpuSeconds }: Totals["totals"], value: number): number | null =>
  gpuSeconds > 0 ? value : null;

const rate = (pace: Pace | undefined, of: (pace: Pace) => { value: number | null }): string =>
  formatRate(pace ? of(pace).value : null);
