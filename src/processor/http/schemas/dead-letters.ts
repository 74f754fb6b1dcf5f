import Type from "typebox";
import type { DeadLetterState } from "../../../store/port.ts";
import { closed, instant, nullable } from "./figures.ts";

const states: readonly DeadLetterState[] = ["open", "replayed", "dropped"];
const state = Type.Enum([...states], { description: "What has been done about it" });

const letter = {
  id: Type.String({ description: "Where the rejected record stands: log/topic/partition/offset" }),
  topic: Type.String(),
  key: nullable(Type.String()),
  reason: Type.String({ description: "Class of the problem" }),
  detail: Type.String({ description: "The problem in a sentence" }),
  state,
  appended: instant("When the log took the record"),
  bytes: Type.Integer({ minimum: 0, description: "Size of the record" }),
};

export const deadLettersQuery = Type.Object(
  {
    state: Type.Optional(state),
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: "Only this class" })),
    after: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1024,
        description: "Continue after this id: `next` of the page before",
      }),
    ),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 500, description: "Letters per page, 50 when absent" }),
    ),
  },
  closed,
);

export const deadLettersSchema = Type.Object(
  {
    items: Type.Array(Type.Object(letter, { ...closed, $id: "DeadLetter" })),
    next: nullable(Type.String({ description: "Ask for the next page with `after`; null on the last one" })),
  },
  closed,
);

export const deadLetterCountsSchema = Type.Object(
  {
    open: Type.Integer({ minimum: 0, description: "Letters nobody has dealt with" }),
    total: Type.Integer({ minimum: 0 }),
    counts: Type.Array(
      Type.Object({ state, reason: Type.String(), count: Type.Integer({ minimum: 0 }) }, closed),
    ),
  },
  { ...closed, $id: "DeadLetterCounts" },
);

export const fullDeadLetterSchema = Type.Object(
  {
    ...letter,
    headers: Type.Record(Type.String(), Type.String(), { description: "Headers of the record" }),
    valueBase64: Type.String({ description: "The record as it came, base64" }),
    text: nullable(Type.String({ description: "The record as text; null when it is not UTF-8" })),
  },
  { ...closed, $id: "FullDeadLetter" },
);
