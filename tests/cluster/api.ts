import type { Stage } from "./stage.ts";

/** What a team has sent, as the API of a processor sums it up. */
export type TeamFigures = {
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
};

/** The API behind the cluster, by `ca3 tunnel` and with the token that `ca3 secrets show` prints. */
export type TunnelledApi = AsyncDisposable & {
  readonly url: string;
  get(path: string, token?: string): Promise<Response>;
  team(name: string): Promise<TeamFigures | undefined>;
};

export async function openApi(stage: Stage): Promise<TunnelledApi> {
  const shown = await stage.ca3("secrets show --reveal api-token --output json");
  if (shown.code !== 0) throw new Error(shown.err);
  const { token } = (JSON.parse(shown.out) as { values: { token: string } }).values;
  const tunnel = stage.start("tunnel dashboard");
  const [url] = await tunnel.line(/http:\/\/127\.0\.0\.1:\d+/);
  const get = (path: string, bearer = token) =>
    fetch(`${url}${path}`, { headers: { authorization: `Bearer ${bearer}` }, keepalive: false });
  return {
    ...{ url, get },
    async team(name) {
      const answer = await get("/api/v1/groups?by=team");
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
      const { groups } = (await answer.json()) as { groups: (TeamFigures & { key: string })[] };
      const found = groups.find(({ key }) => key === name);
      if (found === undefined) return undefined;
      const { requests, inputTokens, outputTokens } = found;
      return { requests, inputTokens, outputTokens };
    },
    [Symbol.asyncDispose]: () => tunnel[Symbol.asyncDispose](),
  };
}
