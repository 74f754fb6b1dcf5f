import { HttpProblem } from "../../../http/problem.ts";
import type { DeadLetter } from "../../../store/port.ts";
import { endpoint } from "../endpoint.ts";
import {
  deadLetterCountsSchema,
  deadLettersQuery,
  deadLettersSchema,
  fullDeadLetterSchema,
} from "../schemas/dead-letters.ts";
import { noParameters } from "../schemas/nothing.ts";

const PAGE = 50;

export const deadLetters = endpoint({
  path: "/api/v1/dead-letters",
  summary: "Records that can never be stored, page by page",
  tag: "operations",
  query: deadLettersQuery,
  response: deadLettersSchema,
  answer: async ({ limit = PAGE, ...filter }, { store }) => {
    const found = await store.listDeadLetters({ ...filter, limit: limit + 1 });
    const items = found.slice(0, limit).map(shown);
    return { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null };
  },
});

export const deadLetterCounts = endpoint({
  path: "/api/v1/dead-letters/counts",
  summary: "How many dead letters there are, by state and reason",
  tag: "operations",
  query: noParameters,
  response: deadLetterCountsSchema,
  answer: async (_query, { store }) => {
    const counts = await store.countDeadLetters();
    const sum = (some: typeof counts) => some.reduce((total, one) => total + one.count, 0);
    return { open: sum(counts.filter((one) => one.state === "open")), total: sum(counts), counts };
  },
});

export const deadLetter = endpoint({
  path: "/api/v1/dead-letters/{id}",
  summary: "One dead letter with the bytes that came",
  tag: "operations",
  pathParameter: { name: "id", description: "Id of the letter, its slashes percent-encoded or not" },
  query: noParameters,
  response: fullDeadLetterSchema,
  answer: async (_query, { store }, id) => {
    const letter = await store.getDeadLetter(id);
    if (letter === undefined)
      throw new HttpProblem("not-found", {
        detail: `there is no dead letter ${id.slice(0, 200)}`,
        hint: "list them at /api/v1/dead-letters",
      });
    return {
      ...shown(letter),
      headers: letter.headers,
      valueBase64: Buffer.from(letter.value).toString("base64"),
      text: textOf(letter.value),
    };
  },
});

const shown = ({ id, topic, key, reason, detail, state, appendedMs, value }: DeadLetter) => ({
  id,
  topic,
  key,
  reason,
  detail,
  state,
  appended: new Date(appendedMs).toISOString(),
  bytes: value.byteLength,
});

function textOf(value: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(value);
  } catch {
    return null;
  }
}
