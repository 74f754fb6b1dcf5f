import { BadgeText } from "../cards/badge.tsx";
import type { Formula } from "../figures/formula.ts";
import { badgeOf, levelMeanings } from "../figures/quality.ts";

/** A formula with its numbers, and what the numbers are worth. */
export function FormulaView({ formula, heading }: { readonly formula: Formula; readonly heading?: string }) {
  const badge = badgeOf(formula.provenance);
  const rounded =
    formula.value !== null &&
    formula.computed !== null &&
    Math.abs(formula.value - formula.computed) > Math.max(0.5, Math.abs(formula.value) * 1e-6);
  return (
    <section class="formula" data-formula-title={formula.title}>
      {heading ? <h3>{heading}</h3> : null}
      <p class="formula-result">{formula.result}</p>
      <dl class="formula-lines">
        <dt>Rule</dt>
        <dd>{formula.words}</dd>
        {formula.numbers ? (
          <>
            <dt>With numbers</dt>
            <dd class="formula-numbers">
              {formula.numbers} = {formula.result}
            </dd>
          </>
        ) : null}
        <dt>Comes from</dt>
        <dd>
          <BadgeText badge={badge} /> {badge.detail}. {levelMeanings[badge.level]}
        </dd>
      </dl>
      <p class="formula-about">{formula.about}</p>
      {rounded ? (
        <p class="formula-about">
          The result is computed from billionths of a dollar; the money shown here is rounded to millionths.
        </p>
      ) : null}
    </section>
  );
}
