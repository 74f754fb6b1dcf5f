import type { Context } from "hono";
import type { Served } from "../../http/served.ts";
import type { AnswerCache } from "./answer-cache.ts";
import type { Endpoint, Sources } from "./endpoint.ts";

/** Below this, compressing costs more time than sending. */
const WORTH_COMPRESSING = 8 * 1024;

/** Answers a request to an endpoint, from the cache when the same was just asked. */
export async function serveEndpoint(
  endpoint: Endpoint,
  context: Context<Served>,
  from: Sources,
  cache: AnswerCache,
): Promise<Response> {
  const search = new URL(context.req.url).searchParams;
  const query = endpoint.read(search);
  search.sort();
  const value = endpoint.pathParameter ? (context.req.param(endpoint.pathParameter.name) ?? "") : "";
  const answer = await cache.get(JSON.stringify([endpoint.path, value, search.toString()]), async () => {
    const body = await endpoint.answer(query, from, value);
    return endpoint.media === undefined ? JSON.stringify(body) : String(body);
  });
  const headers = new Headers({
    "content-type": endpoint.media === undefined ? "application/json" : `${endpoint.media}; charset=utf-8`,
    vary: "accept-encoding",
  });
  if (endpoint.filename) headers.set("content-disposition", `attachment; filename="${endpoint.filename}"`);
  if (answer.text.length < WORTH_COMPRESSING || !acceptsGzip(context.req.header("accept-encoding")))
    return new Response(answer.text, { headers });
  headers.set("content-encoding", "gzip");
  return new Response(await answer.gzipped(), { headers });
}

/** RFC 9110, 12.5.3: named, or covered by `*`, and not refused with a quality of zero. */
export function acceptsGzip(header: string | undefined): boolean {
  const offers = (header ?? "").toLowerCase().split(",");
  const quality = (coding: string) => {
    const found = offers
      .map((offer) => offer.split(";").map((part) => part.trim()))
      .find(([name]) => name === coding);
    const q = found?.find((part) => part.startsWith("q="))?.slice(2);
    return found === undefined ? undefined : Number(q ?? 1);
  };
  return (quality("gzip") ?? quality("*") ?? 0) > 0;
}
