import Type from "typebox";
import { PROBLEM_MEDIA_TYPE, problemKinds } from "../../../http/problem.ts";
import { errorCodes } from "../../../support/error-codes.ts";
import type { Components, Json } from "./components.ts";

/** Body of every error, RFC 9457. */
export const problemSchema = Type.Object(
  {
    type: Type.Enum(
      Object.keys(problemKinds).map((kind) => `urn:ca3:problem:${kind}`),
      { description: "Kind of the problem" },
    ),
    title: Type.String({ description: "The kind in words" }),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    detail: Type.Optional(Type.String({ description: "What is wrong this time" })),
    instance: Type.Optional(Type.String({ description: "Path of the request" })),
    code: Type.Optional(Type.Enum(Object.keys(errorCodes), { description: "Code of the error reference" })),
    hint: Type.Optional(Type.String({ description: "What to do about it" })),
    errors: Type.Optional(
      Type.Array(
        Type.Object({ parameter: Type.String(), detail: Type.String() }, { additionalProperties: false }),
        {
          description: "Each parameter that is wrong",
        },
      ),
    ),
  },
  { $id: "Problem", additionalProperties: false, description: "Why a request failed" },
);

export const problemAnswer = (components: Components): Json => ({
  [PROBLEM_MEDIA_TYPE]: { schema: components.reference(problemSchema) },
});

const retryAfter = { "Retry-After": { description: "Seconds to wait", schema: { type: "integer" } } };

/** The error answers of an operation by status; what they mean comes from the kinds of problems. */
export function problems(content: Json, ...statuses: number[]): Record<string, Json> {
  return Object.fromEntries(
    statuses.map((status) => {
      const titles = Object.values(problemKinds).filter((kind) => kind.status === status);
      const description = titles.map((kind) => kind.title).join("; ");
      const headers = status === 429 || status === 503 ? { headers: retryAfter } : {};
      return [String(status), { description, ...headers, content }];
    }),
  );
}
