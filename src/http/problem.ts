import { type ErrorCode, errorCodes } from "../support/error-codes.ts";
import { Ca3Error, isOutage } from "../support/errors.ts";

/** An error body as RFC 9457 has it, with members of our own: which parameters are wrong, our code, what to do. */
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  /** Path of the request. */
  readonly instance?: string;
  /** Code of the error reference, when the failure is one of those. */
  readonly code?: ErrorCode;
  readonly hint?: string;
  readonly errors?: readonly { readonly parameter: string; readonly detail: string }[];
};

/** Every kind of problem this API answers with; `type` is `urn:ca3:problem:<kind>`. */
export const problemKinds = {
  "invalid-parameter": { status: 400, title: "A parameter is wrong" },
  "too-much-data": { status: 400, title: "The answer would be too large" },
  "bad-request": { status: 400, title: "The request is malformed" },
  "token-required": { status: 401, title: "An access token is required" },
  forbidden: { status: 403, title: "The request is not allowed" },
  "not-found": { status: 404, title: "There is nothing here" },
  "method-not-allowed": { status: 405, title: "The path does not take this method" },
  "body-too-large": { status: 413, title: "The body is too large" },
  "uri-too-long": { status: 414, title: "The address is too long" },
  "unsupported-media-type": { status: 415, title: "The body has an unknown type" },
  "misdirected-host": { status: 421, title: "The server is not known by this name" },
  "too-many-requests": { status: 429, title: "Too many requests" },
  "internal-error": { status: 500, title: "The server failed" },
  "too-busy": { status: 503, title: "The server is busy" },
  unavailable: { status: 503, title: "The data cannot be read now" },
} as const;
export type ProblemKind = keyof typeof problemKinds;

type ProblemMembers = Pick<Problem, "detail" | "hint" | "errors" | "code"> & {
  /** Seconds after which the client may try again. */
  readonly retryAfterS?: number;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Thrown anywhere below the app; the app answers with it. */
export class HttpProblem extends Error {
  constructor(
    readonly kind: ProblemKind,
    readonly members: ProblemMembers = {},
  ) {
    super(members.detail ?? problemKinds[kind].title);
    this.name = "HttpProblem";
  }
}

export const PROBLEM_MEDIA_TYPE = "application/problem+json";

/** The answer to a request that failed. It says what the client can act on and nothing about the inside. */
export function problemResponse(error: unknown, instance: string): Response {
  const { kind, members } = asHttpProblem(error);
  const { retryAfterS, headers, ...shown } = members;
  const body: Problem = { type: `urn:ca3:problem:${kind}`, ...problemKinds[kind], ...shown, instance };
  const response = new Response(JSON.stringify(body), {
    status: problemKinds[kind].status,
    headers: { "content-type": PROBLEM_MEDIA_TYPE, "cache-control": "no-store", ...headers },
  });
  if (retryAfterS !== undefined) response.headers.set("retry-after", String(Math.ceil(retryAfterS)));
  return response;
}

/** A failure we have no name for says nothing but that: its message may hold anything. */
function asHttpProblem(error: unknown): Pick<HttpProblem, "kind" | "members"> {
  if (error instanceof HttpProblem) return error;
  if (!(error instanceof Ca3Error)) return { kind: "internal-error", members: {} };
  const { code, message } = error;
  const hint = error.hint === undefined ? {} : { hint: error.hint };
  if (isOutage(error))
    return { kind: "unavailable", members: { detail: errorCodes[code].meaning, code, retryAfterS: 5 } };
  if (code === "CA3_NOT_FOUND") return { kind: "not-found", members: { detail: message, code, ...hint } };
  return { kind: "internal-error", members: { detail: errorCodes[code].meaning, code } };
}
