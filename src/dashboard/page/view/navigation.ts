import { type Cell, createCell } from "../cell.ts";
import { formatView, parseView, type View } from "./view.ts";

/** What `go` takes: members to replace; `undefined` takes an optional one away. */
export type ViewChange = { readonly [K in keyof View]?: View[K] | undefined };

export type Navigation = {
  readonly view: Cell<View>;
  /** Changes the view and puts it into the address. Each change is a step that the browser can go back. */
  go(change: ViewChange): void;
};

/** The part of `window` that holds the address. */
export type AddressBar = {
  readonly location: { readonly search: string; readonly pathname: string };
  readonly history: { pushState(data: unknown, unused: string, url: string): void };
  addEventListener(type: "popstate", listener: () => void): void;
};

/** The view in the address bar; follows the browser's back and forward. */
export function createNavigation(bar: AddressBar): Navigation {
  const view = createCell(parseView(bar.location.search));
  bar.addEventListener("popstate", () => view.set(parseView(bar.location.search)));
  return {
    view,
    go(change) {
      const next = applyChange(view.get(), change);
      const search = formatView(next);
      if (search === formatView(view.get())) return;
      bar.history.pushState(null, "", `${bar.location.pathname}${search}`);
      view.set(next);
    },
  };
}

/** A view with some of its members replaced. */
function applyChange(view: View, change: ViewChange): View {
  const merged = { ...view, ...change };
  const present = Object.entries(merged).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as unknown as View;
}
