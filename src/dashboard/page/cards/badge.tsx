import { type Badge as BadgeFacts, badgeOf, type Provenance } from "../figures/quality.ts";

/** Says in words, and by shape, how far a number can be trusted. */
export function Badge({ of }: { readonly of: Provenance }) {
  return <BadgeText badge={badgeOf(of)} />;
}

export const BadgeText = ({ badge }: { readonly badge: BadgeFacts }) => (
  <span class={`badge badge-${badge.level}`} title={badge.detail}>
    <span class="badge-dot" aria-hidden="true" />
    {badge.text}
  </span>
);
