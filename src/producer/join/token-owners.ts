/**
 * Which models are counted request by request. A log of requests says more than the counters of the server that answered
 * them, so where one source reads the log and another one the counters, the counters of that model are left out.
 */
export type TokenOwners = {
  /** A source counts the requests of a model one by one. */
  logs(source: string, model: string): void;
  /** Who counts the requests of a model one by one, if anybody does. */
  loggedBy(model: string): string | undefined;
};

export function createTokenOwners(): TokenOwners {
  const logged = new Map<string, string>();
  return {
    logs: (source, model) => {
      if (!logged.has(model)) logged.set(model, source);
    },
    loggedBy: (model) => logged.get(model),
  };
}
