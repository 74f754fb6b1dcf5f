/** Why a request gave nothing, for people. `status` is 0 when the server was not reached. */
export type Problem = {
  readonly status: number;
  readonly title: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly type?: string;
  readonly retryAfterS?: number;
};

export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = "ApiError";
  }
}

/** Longer than any honest answer takes; a connection that went silent must not hold a panel for ever. */
const TIMEOUT_MS = 20_000;

export type Api = {
  /** The JSON at a path of the API. Rejects with `ApiError`, or with the signal's reason when it is aborted. */
  get<T>(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<T>;
  /** Trades the access token for a session; rejects with `ApiError`. */
  login(token: string): Promise<void>;
  logout(): Promise<void>;
};

export type ApiOptions = {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** The server's time as an answer told it, ms. */
  readonly onServerTime: (ms: number) => void;
  /** The session is over, or there never was one. */
  readonly onUnauthorized: () => void;
};

export function createApi({ fetch, onServerTime, onUnauthorized }: ApiOptions): Api {
  const ask = async (url: string, init: RequestInit): Promise<Response> => {
    const response = await fetch(url, init).catch((error: Error) => {
      if (init.signal?.aborted && error.name !== "TimeoutError") throw error;
      throw new ApiError(unreachable(error.name === "TimeoutError"));
    });
    const date = Date.parse(response.headers.get("date") ?? "");
    if (!Number.isNaN(date)) onServerTime(date);
    if (!response.ok) throw new ApiError(await problemOf(response));
    return response;
  };
  const post = (path: string, body?: unknown) =>
    ask(path, {
      method: "POST",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined
        ? {}
        : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
  return {
    async get(path, query, signal) {
      const search = new URLSearchParams(query).toString();
      const url = `/api/v1/${path}${search === "" ? "" : `?${search}`}`;
      try {
        const timeout = AbortSignal.timeout(TIMEOUT_MS);
        const response = await ask(url, { signal: AbortSignal.any([signal, timeout]) });
        return await response.json();
      } catch (error) {
        if (error instanceof ApiError && error.problem.status === 401) onUnauthorized();
        throw error;
      }
    },
    login: async (token) => void (await post("/login", { token })),
    logout: async () => void (await post("/logout")),
  };
}

const unreachable = (timedOut: boolean): Problem => ({
  status: 0,
  title: timedOut ? "The server does not answer" : "The server cannot be reached",
  detail: timedOut
    ? `There was no answer within ${TIMEOUT_MS / 1000} seconds.`
    : "It may be restarting, or the network is down. The page tries again by itself.",
});

/** The problem an answer tells, RFC 9457; a proxy's error page tells only its status. */
async function problemOf(response: Response): Promise<Problem> {
  const retryAfterS = Number(response.headers.get("retry-after") ?? Number.NaN);
  const told: Partial<Problem> = await response.json().catch(() => ({}));
  return {
    title: `The server answered ${response.status}`,
    ...told,
    status: response.status,
    ...(Number.isFinite(retryAfterS) ? { retryAfterS } : {}),
  };
}

/** What to show for a failure of any kind. */
export const problemFrom = (error: unknown): Problem =>
  error instanceof ApiError
    ? error.problem
    : { status: -1, title: "The answer could not be read", detail: String(error) };
