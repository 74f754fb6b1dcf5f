import type { Server } from "bun";

/** What a request brings from the server that took it; all of it is absent when there is none, as in tests. */
export type Served = {
  Bindings: {
    readonly server?: Pick<Server<undefined>, "requestIP" | "timeout" | "hostname">;
    /** Aborts when the server stops: streams end, `/ready` says no. */
    readonly stopping?: AbortSignal;
  };
};
