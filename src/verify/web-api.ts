import { Ca3Error } from "../support/errors.ts";
import type { Secret } from "../support/secret.ts";

export type ApiAnswer = { readonly status: number; readonly text: string };

/** The HTTP API of a processor, wherever it is. */
export type Api = {
  /** For messages. */
  readonly where: string;
  /** What to do when it wants another token than the one that is sent, or any. */
  readonly onRefusal: string;
  /** Rejects with CA3_NOT_FOUND when nobody answers. */
  get(path: string, signal: AbortSignal): Promise<ApiAnswer>;
};

/** The API at an address; the token is sent when there is one. `where` and `hint` are what people are told. */
export function apiAt(
  url: string,
  token: Secret | undefined,
  told: { readonly where: string; readonly hint: string; readonly onRefusal: string } = {
    where: url.replace(/\/+$/, ""),
    hint: "start it, such as with ca3 up, or name its address with --api URL",
    onRefusal: "set CA3_API_TOKEN to the token of the server",
  },
): Api {
  const base = url.replace(/\/+$/, "");
  const { where, hint, onRefusal } = told;
  return {
    ...{ where, onRefusal },
    async get(path, signal) {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token.reveal()}` };
      try {
        const response = await fetch(`${base}${path}`, { headers, signal, redirect: "manual" });
        return { status: response.status, text: await response.text() };
      } catch (error) {
        if (signal.aborted) throw error;
        throw new Ca3Error("CA3_NOT_FOUND", `nobody answers at ${where}`, { hint, cause: error });
      }
    },
  };
}

/** The JSON of an answer. Rejects with CA3_NOT_FOUND when the answer is another, and says which. */
export async function jsonFrom(api: Api, path: string, signal: AbortSignal): Promise<unknown> {
  const { status, text } = await api.get(path, signal);
  if (status === 401)
    throw new Ca3Error("CA3_NOT_FOUND", `${api.where} wants an access token that it knows`, {
      hint: api.onRefusal,
    });
  try {
    if (status === 200) return JSON.parse(text) as unknown;
  } catch {}
  throw new Ca3Error("CA3_NOT_FOUND", `${api.where}${path} answers ${status} and not what ca3 answers`, {
    hint: "check that --api names a ca3 up or ca3 processor",
  });
}

/** How many requests of a team the API counts. */
export async function requestsOf(api: Api, team: string, signal: AbortSignal): Promise<number> {
  const answer = await jsonFrom(api, "/api/v1/groups?by=team&limit=10000", signal);
  const { groups } = answer as { groups?: readonly { key: string; requests: number }[] };
  return groups?.find(({ key }) => key === team)?.requests ?? 0;
}
