import type { MiddlewareHandler } from "hono";
import { HttpProblem } from "../../../http/problem.ts";
import type { Served } from "../../../http/served.ts";

export const MAX_BODY_BYTES = 16 * 1024;
export const MAX_URL_LENGTH = 4096;

/** Refuses what is longer than any honest request to this API. A body of unknown length is measured by its reader. */
export const limitSize: MiddlewareHandler<Served> = async (context, next) => {
  if (context.req.url.length > MAX_URL_LENGTH)
    throw new HttpProblem("uri-too-long", { detail: `at most ${MAX_URL_LENGTH} characters` });
  if (Number(context.req.header("content-length") ?? 0) > MAX_BODY_BYTES) throw bodyTooLarge();
  await next();
};

/** The body as text; stops reading as soon as it is too long. */
export async function boundedText(request: Request): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) throw bodyTooLarge();
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** The connection ends with the answer, so that the rest of the body is not taken in. */
const bodyTooLarge = () =>
  new HttpProblem("body-too-large", {
    detail: `at most ${MAX_BODY_BYTES} bytes`,
    headers: { connection: "close" },
  });
