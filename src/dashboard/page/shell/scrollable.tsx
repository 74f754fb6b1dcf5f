import type { ComponentChildren } from "preact";

type ScrollableProps = { readonly label: string; readonly children: ComponentChildren };

/** What is wider than the page, and scrolls by itself; reachable by keyboard. */
export const Scrollable = ({ label, children }: ScrollableProps) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
  <section class="scroll" tabIndex={0} aria-label={label}>
    {children}
  </section>
);
