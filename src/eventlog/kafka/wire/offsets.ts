import type { Membership } from "./group.ts";
import type { Place } from "./member-data.ts";
import type { Reader } from "./reader.ts";
import { type WireRequest, wireRequest } from "./requests.ts";
import type { Writer } from "./writer.ts";

export type PlaceOffset = Place & { readonly offset: number };
/** A note may be kept with a committed offset. */
export type NotedOffset = PlaceOffset & { readonly note: string };
export type PlaceError = Place & { readonly errorCode: number };

export const offsetCommitRequest = (
  { group, generation, member }: Membership,
  offsets: readonly NotedOffset[],
): WireRequest<readonly PlaceError[]> =>
  wireRequest(
    { key: 8, version: 5, name: "OffsetCommit", flexible: false },
    (writer) => {
      writer.string(group).int32(generation).string(member);
      writePlaces(writer, offsets, ({ offset, note }) => void writer.int64(offset).string(note));
    },
    (reader) => {
      reader.int32(); // throttle time
      return readPlaces(reader, (place) => ({ ...place, errorCode: reader.int16() }));
    },
  );

export type CommittedOffsets = {
  readonly errorCode: number;
  /** An offset of -1 means that none is committed. */
  readonly places: readonly (NotedOffset & PlaceError)[];
};

export const offsetFetchRequest = (group: string, places: readonly Place[]): WireRequest<CommittedOffsets> =>
  wireRequest(
    { key: 9, version: 4, name: "OffsetFetch", flexible: false },
    (writer) => {
      writer.string(group);
      writePlaces(writer, places, () => {});
    },
    (reader) => {
      reader.int32(); // throttle time
      const found = readPlaces(reader, (place) => {
        const offset = reader.int64();
        const note = reader.string() ?? "";
        return { ...place, offset, note, errorCode: reader.int16() };
      });
      return { errorCode: reader.int16(), places: found };
    },
  );

/** Asks for the end of a partition, its beginning, or the first record at or after a time in ms. */
export const LATEST = -1;
export const EARLIEST = -2;
export type ListedOffset = PlaceOffset & PlaceError;

/** The offset is -1 when there is no record at or after the time. */
export const listOffsetsRequest = (
  places: readonly (Place & { readonly timestamp: number })[],
): WireRequest<readonly ListedOffset[]> =>
  wireRequest(
    { key: 2, version: 3, name: "ListOffsets", flexible: false },
    (writer) => {
      writer.int32(-1).int8(0);
      writePlaces(writer, places, ({ timestamp }) => void writer.int64(timestamp));
    },
    (reader) => {
      reader.int32(); // throttle time
      return readPlaces(reader, (place) => {
        const errorCode = reader.int16();
        reader.int64(); // time of that record
        return { ...place, errorCode, offset: reader.int64() };
      });
    },
  );

function writePlaces<P extends Place>(writer: Writer, places: readonly P[], rest: (place: P) => void): void {
  const byTopic = Map.groupBy(places, ({ topic }) => topic);
  writer.array([...byTopic], ([topic, own]) => {
    writer.string(topic).array(own, (place) => {
      writer.int32(place.partition);
      rest(place);
    });
  });
}

function readPlaces<T>(reader: Reader, rest: (place: Place) => T): T[] {
  const topics = reader.array(() => {
    const topic = reader.string() ?? "";
    return reader.array(() => rest({ topic, partition: reader.int32() }));
  });
  return topics.flat();
}
