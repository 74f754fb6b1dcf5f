import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import type { Provenance } from "../figures/quality.ts";
import { Badge } from "./badge.tsx";

type CardProps = {
  readonly name: string;
  readonly title: string;
  readonly provenance: Provenance;
  readonly children: ComponentChildren;
};

/** One group of figures of the overview. */
export function Card({ name, title, provenance, children }: CardProps) {
  const id = useId();
  return (
    <section class={`card card-${name}`} aria-labelledby={id} data-card={name}>
      <header class="card-head">
        <h3 id={id}>{title}</h3>
        <Badge of={provenance} />
      </header>
      {children}
    </section>
  );
}

/** Figures below the main one of a card. */
export const Parts = ({ children }: { readonly children: ComponentChildren }) => (
  <dl class="parts">{children}</dl>
);

export const Part = ({ name, children }: { readonly name: string; readonly children: ComponentChildren }) => (
  <div class="part">
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

/** What stands where a card will be, of the same size, so that nothing moves when it comes. */
export const CardSkeleton = ({ name, title }: { readonly name: string; readonly title: string }) => (
  <section class={`card card-${name}`} aria-busy="true" data-card={name}>
    <header class="card-head">
      <h3>{title}</h3>
      <span class="bone bone-badge" />
    </header>
    <span class="bone bone-big" />
    <span class="bone bone-line" />
  </section>
);
