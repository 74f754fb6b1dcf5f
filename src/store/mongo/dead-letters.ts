import { Binary } from "mongodb";
import { Ca3Error } from "../../support/errors.ts";
import type { DeadLetter, DeadLetterQuery, DeadLetterState } from "../port.ts";
import { collections } from "./collections.ts";
import { DURABLY, type MongoLink } from "./driver/link.ts";
import { DUPLICATE, writeErrors } from "./write-result.ts";

/** Headers as a list, because their names may be such as MongoDB cannot keep. */
type LetterDocument = Omit<DeadLetter, "id" | "value" | "headers" | "appendedMs"> & {
  readonly _id: string;
  readonly value: Binary;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly appended: Date;
};
type Count = { readonly state: DeadLetterState; readonly reason: string; readonly count: number };

const ADDING = "cannot store dead letters";
const READING = "cannot read dead letters";
/** What of a value is kept at most, so that the whole fits into one document; the dead-letter topic has all of it. */
const MAX_VALUE_BYTES = 15 * 1024 * 1024;
/** Bytes of values in one message. */
const MESSAGE_BYTES = 16 * 1024 * 1024;

/** Dead letters are never deleted, only marked: they are the evidence of what was not stored. */
export function createDeadLetters(link: MongoLink) {
  const letters = () => link.db.collection<LetterDocument>(collections.deadLetters);

  async function insert(documents: readonly LetterDocument[]): Promise<void> {
    const command = { insert: collections.deadLetters, documents, ordered: false, ...DURABLY };
    for (const { code, errmsg } of writeErrors(ADDING, await link.command(ADDING, command)))
      if (code !== DUPLICATE) throw new Ca3Error("CA3_STORE_UNAVAILABLE", `${ADDING}: ${errmsg} (${code})`);
  }

  return {
    async add(all: readonly DeadLetter[]): Promise<void> {
      for (const some of messagesOf(all.map(documentOf))) await insert(some);
    },

    async list({ state, reason, after = "", limit }: DeadLetterQuery): Promise<DeadLetter[]> {
      if (limit <= 0) return [];
      const filter = {
        _id: { $gt: after },
        ...(state && { state }),
        ...(reason !== undefined && { reason }),
      };
      const found = await link.query(READING, (signal) =>
        letters()
          .find(filter, { sort: { _id: 1 }, limit, signal })
          .toArray(),
      );
      return found.map(letterOf);
    },

    async get(id: string): Promise<DeadLetter | undefined> {
      const found = await link.query(READING, (signal) => letters().findOne({ _id: id }, { signal }));
      return found === null ? undefined : letterOf(found);
    },

    async mark(ids: readonly string[], state: DeadLetterState): Promise<void> {
      if (ids.length === 0) return;
      const updates = [{ q: { _id: { $in: ids } }, u: { $set: { state } }, multi: true }];
      const doing = "cannot mark dead letters";
      const answer = await link.command(doing, { update: collections.deadLetters, updates, ...DURABLY });
      for (const { code, errmsg } of writeErrors(doing, answer))
        throw new Ca3Error("CA3_STORE_UNAVAILABLE", `${doing}: ${errmsg} (${code})`);
    },

    async count(): Promise<Count[]> {
      const group = { _id: { state: "$state", reason: "$reason" }, count: { $sum: 1 } };
      type Group = { _id: Omit<Count, "count">; count: number };
      const groups = await link.query(READING, (signal) =>
        letters()
          .aggregate<Group>([{ $group: group }], { signal })
          .toArray(),
      );
      return groups.map(({ _id, count }) => ({ ..._id, count }));
    },
  };
}

function documentOf({ id, value, headers, appendedMs, ...rest }: DeadLetter): LetterDocument {
  const cut = value.byteLength > MAX_VALUE_BYTES;
  return {
    _id: id,
    ...rest,
    ...(cut && {
      detail: `${rest.detail} (the first ${MAX_VALUE_BYTES} of ${value.byteLength} bytes are kept here)`,
    }),
    value: new Binary(cut ? value.subarray(0, MAX_VALUE_BYTES) : value),
    headers: Object.entries(headers).map(([name, text]) => ({ name, value: text })),
    appended: new Date(appendedMs),
  };
}

function letterOf({ _id, value, headers, appended, ...rest }: LetterDocument): DeadLetter {
  return {
    id: _id,
    ...rest,
    value: Uint8Array.from(value.value()),
    headers: Object.fromEntries(headers.map(({ name, value: text }) => [name, text])),
    appendedMs: appended.getTime(),
  };
}

function* messagesOf(documents: readonly LetterDocument[]): Generator<readonly LetterDocument[]> {
  let some: LetterDocument[] = [];
  let bytes = 0;
  for (const one of documents) {
    some.push(one);
    bytes += one.value.length();
    if (bytes < MESSAGE_BYTES) continue;
    yield some;
    [some, bytes] = [[], 0];
  }
  if (some.length > 0) yield some;
}
