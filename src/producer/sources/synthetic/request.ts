import type { Card } from "../../cards.ts";
import { pick, uniform, upperEnds } from "../../random.ts";
import { servingCapacity } from "../../serving-capacity.ts";
import type { Server } from "./fleet.ts";
import { requestsPerS } from "./fleet.ts";
import { loadAt } from "./load-curve.ts";
import { drawTokens, inputTokens, outputTokens } from "./request-sizes.ts";

export type Request = {
  /** Index of the server that answered. */
  readonly server: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly team: string | undefined;
  readonly prefillS: number;
  readonly decodeS: number;
};

/** What each random number of a request is for. Sizes take two purposes each. */
const FOR_SERVER = 0;
const FOR_TEAM = 1;
const FOR_INPUT = 2;
const FOR_OUTPUT = 4;

/**
 * Draws the request at a position of the stream. Its server is chosen in proportion to capacity, its sizes follow the
 * load of the hour. The rate of requests is constant, so the load curve shows in their size. Prefill takes the
 * prompt's share of the card; every generated token takes one decode step of a full batch.
 */
export function requestDrawer(options: {
  readonly seed: number;
  readonly servers: readonly Server[];
  readonly teams: readonly string[];
}): (position: number, tsMs: number) => Request {
  const { seed, servers, teams } = options;
  const byCapacity = upperEnds(servers.map(({ cards }) => cards.length * requestsPerS(cards[0]!)));
  const byTeam = upperEnds(teams.map((_, rank) => 1 / (rank + 1)));
  const speeds = servers.map(({ cards }) => secondsPerToken(cards[0]!));
  return (position, tsMs) => {
    const load = loadAt(tsMs);
    const server = pick(byCapacity, uniform(seed, position, FOR_SERVER));
    const input = drawTokens(inputTokens, load, seed, position, FOR_INPUT);
    const output = drawTokens(outputTokens, load, seed, position, FOR_OUTPUT);
    return {
      server,
      inputTokens: input,
      outputTokens: output,
      team: teams.length === 0 ? undefined : teams[pick(byTeam, uniform(seed, position, FOR_TEAM))],
      prefillS: input * speeds[server]!.prefill,
      decodeS: output * speeds[server]!.decode,
    };
  };
}

function secondsPerToken(card: Card): { prefill: number; decode: number } {
  const { prefillTokensPerS, decodeTokensPerS, batch } = servingCapacity(card);
  return { prefill: 1 / prefillTokensPerS, decode: batch / decodeTokensPerS };
}
