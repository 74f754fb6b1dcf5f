import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { type Cell, createCell } from "./cell.ts";
import { type Api, createApi } from "./data/client.ts";
import { createServerClock } from "./data/server-clock.ts";
import { createStream, type Stream } from "./data/stream.ts";
import type { Snapshot } from "./data/types.ts";
import { createNavigation, type Navigation } from "./view/navigation.ts";

/** What every part of the page may use. */
export type Dashboard = Navigation & {
  readonly api: Api;
  readonly stream: Stream;
  /** The newest state of the pipeline; undefined until the first one came. */
  readonly snapshot: Cell<Snapshot | undefined>;
  /** Grows whenever there may be something new. */
  changes(): number;
  /** Somebody looks at the page. */
  readonly watched: Cell<boolean>;
  /** The server asks for a token. */
  readonly loginNeeded: Cell<boolean>;
  /** The server's time, ms. */
  now(): number;
  /** Begins anew after a login. */
  restart(): void;
};

export const DashboardContext = createContext<Dashboard | undefined>(undefined);

export function useDashboard(): Dashboard {
  const dashboard = useContext(DashboardContext);
  if (dashboard === undefined) throw new Error("a part of the page is outside of it");
  return dashboard;
}

/** Joins the parts that know the browser. A page that nobody looks at, or that stands still, asks for nothing. */
export function createDashboard(window: Window & typeof globalThis): Dashboard {
  const { document } = window;
  const clock = createServerClock(Date.now);
  const snapshot = createCell<Snapshot | undefined>(undefined);
  const loginNeeded = createCell(false);
  const watched = createCell(document.visibilityState === "visible");
  const navigation = createNavigation(window);
  let ticks = 0;

  const api = createApi({
    fetch: (url, init) => window.fetch(url, init),
    onServerTime: clock.learn,
    onUnauthorized: () => loginNeeded.set(true),
  });
  const loadSnapshot = () =>
    api.get<Snapshot>("snapshot", {}, AbortSignal.timeout(20_000)).then(
      (loaded) => snapshot.set(loaded),
      () => {},
    );
  const stream = createStream({
    open: () => new window.EventSource("/api/v1/stream"),
    onTick: (data) => {
      ticks++;
      snapshot.set(JSON.parse(data) as Snapshot);
    },
    // An event stream does not tell why it broke; asking the same plainly does, a missing login above all.
    onLost: () => void loadSnapshot(),
    now: Date.now,
    random: Math.random,
    setTimer: (run, ms) => {
      const timer = window.setTimeout(run, ms);
      return () => window.clearTimeout(timer);
    },
  });

  const follow = () => {
    const stopped = navigation.view.get().stoppedMs !== undefined;
    if (watched.get() && !stopped && !loginNeeded.get()) return stream.start();
    stream.stop();
  };
  document.addEventListener("visibilitychange", () => watched.set(document.visibilityState === "visible"));
  watched.subscribe(follow);
  loginNeeded.subscribe(follow);
  navigation.view.subscribe(follow);
  follow();
  // At once and besides the stream: a proxy may hold that back, and a view that stands still has none.
  void loadSnapshot();

  return {
    ...navigation,
    api,
    stream,
    snapshot,
    watched,
    loginNeeded,
    // Without a stream nothing tells of changes, so there may be some at any time.
    changes: () => (stream.connection.get().state === "open" ? ticks : ++ticks),
    now: clock.now,
    restart: () => {
      loginNeeded.set(false);
      void loadSnapshot();
    },
  };
}
