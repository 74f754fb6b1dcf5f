import { Ca3Error } from "../../../support/errors.ts";
import { SUMS } from "../../../telemetry/rollup.ts";
import type { RollupDelta } from "../../port.ts";
import { collections } from "../collections.ts";
import { DURABLY, type MongoLink } from "../driver/link.ts";
import { Documents } from "../driver/sequence.ts";
import { toNumber } from "../numbers.ts";
import { DUPLICATE, writeErrors } from "../write-result.ts";
import type { Addition } from "./addition.ts";
import { KnownIds } from "./known.ts";
import { type RollupDocument, writeRollup, writeUpdate } from "./rollup-document.ts";
import { rollupId } from "./rollup-id.ts";
import { totalsOf } from "./totals.ts";

type Wanted = { readonly id: string; readonly delta: Addition };

const DOING = "cannot store rollups";
/** Documents of one message; several go side by side. */
const MESSAGE_DOCUMENTS = 1_000;
/** What the server answers when adding would leave the range of the integers. */
const BAD_VALUE = 2;

/**
 * Adds by compare-and-set on the highest offset that each rollup includes. Rollups not seen before are inserted, because
 * most are new and that is cheaper than an update that may have to; those that were there after all, and those whose
 * guard refused an update, come round again with what is left of their delta.
 */
export function createRollupWriter(link: MongoLink) {
  const known = new KnownIds();

  async function insert(wanted: readonly Wanted[]): Promise<readonly Wanted[]> {
    const documents = new Documents("documents");
    for (const { id, delta } of wanted) documents.add((into) => void writeRollup(into, id, delta));
    const command = { insert: collections.rollups, documents, ordered: false, ...DURABLY };
    const errors = writeErrors(DOING, await link.command(DOING, command));
    documents.release();
    for (const { code, errmsg } of errors) if (code !== DUPLICATE) throw failed(code, errmsg);
    for (const { id } of wanted) known.add(id);
    return errors.map(({ index }) => wanted[index]!);
  }

  async function update(wanted: readonly Wanted[]): Promise<readonly Wanted[]> {
    const updates = new Documents("updates");
    for (const { id, delta } of wanted) updates.add((into) => void writeUpdate(into, id, delta));
    const answer = await link.command(DOING, {
      update: collections.rollups,
      updates,
      ordered: false,
      ...DURABLY,
    });
    updates.release();
    for (const { index, code, errmsg } of writeErrors(DOING, answer))
      throw code === BAD_VALUE ? outOfRange(wanted[index]!.delta) : failed(code, errmsg);
    return answer["n"] === wanted.length ? [] : rest(wanted);
  }

  /** What is still to be added after a guard has refused some, by what the rollups include now. */
  async function rest(wanted: readonly Wanted[]): Promise<readonly Wanted[]> {
    const ids = wanted.map(({ id }) => id);
    const found = await link.query(DOING, (signal) =>
      link.db
        .collection<RollupDocument>(collections.rollups)
        .find({ _id: { $in: ids } }, { projection: { last_offset: 1 }, readConcern: "majority", signal })
        .batchSize(ids.length + 1)
        .toArray(),
    );
    const held = new Map(found.map(({ _id, last_offset }) => [_id, toNumber(last_offset)]));
    return wanted.flatMap(({ id, delta }) => {
      const last = held.get(id);
      if (last === undefined) {
        known.forget(id);
        return [{ id, delta }];
      }
      const left = last >= delta.lastOffset ? undefined : delta.since(last);
      if (left !== undefined && left.firstOffset <= last)
        throw new Error(`since(${last}) gave offset ${left.firstOffset} again`);
      return left === undefined ? [] : [{ id, delta: left }];
    });
  }

  return async (deltas: readonly RollupDelta[]): Promise<void> => {
    for (const delta of deltas) if (!hasWholeSums(delta)) throw outOfRange(delta);
    let wanted = [...deltas, ...totalsOf(deltas)].map(
      (delta): Wanted => ({ id: rollupId(delta.key), delta }),
    );
    while (wanted.length > 0) {
      const { now, later } = eachOnce(wanted);
      const { there = [], unknown = [] } = Object.groupBy(now, ({ id }) =>
        known.has(id) ? "there" : "unknown",
      );
      const left = await Promise.all([...pieces(unknown).map(insert), ...pieces(there).map(update)]);
      wanted = [...left.flat(), ...later];
    }
  };
}

/** One message has each rollup once, so that its answer can be told. */
function eachOnce(wanted: readonly Wanted[]): { readonly now: Wanted[]; readonly later: Wanted[] } {
  const seen = new Set<string>();
  const [now, later]: [Wanted[], Wanted[]] = [[], []];
  for (const one of wanted) (seen.has(one.id) ? later : now).push(one) && seen.add(one.id);
  return { now, later };
}

function pieces<T>(all: readonly T[]): T[][] {
  const count = Math.ceil(all.length / MESSAGE_DOCUMENTS);
  return Array.from({ length: count }, (_, at) =>
    all.slice(at * MESSAGE_DOCUMENTS, (at + 1) * MESSAGE_DOCUMENTS),
  );
}

const isLong = (value: number): boolean => Number.isInteger(value) && Math.abs(value) < 2 ** 63;

const hasWholeSums = ({ sums }: Addition): boolean =>
  SUMS.every((name) => isLong(sums[name])) && (sums.latency?.every(isLong) ?? true);

/** A bug in whoever made the delta, so it is not turned into an outage. */
const outOfRange = ({ key, sums }: Addition): Error =>
  new Error(
    `a sum of the ${key.resolutionS} s rollup of ${key.kind} events at ${key.bucketMs} (adding ${JSON.stringify(sums)}) would not be a 64-bit integer`,
  );

const failed = (code: number, errmsg: string): Ca3Error =>
  new Ca3Error("CA3_STORE_UNAVAILABLE", `${DOING}: ${errmsg} (${code})`);
