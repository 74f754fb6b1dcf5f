import { type WireRequest, wireRequest } from "./requests.ts";

export type ScramUser = {
  readonly name: string;
  readonly iterations: number;
  readonly salt: Uint8Array;
  /** What the server keeps in place of the password. */
  readonly saltedPassword: Uint8Array;
};
export type UserOutcome = {
  readonly name: string;
  readonly errorCode: number;
  readonly detail: string | null;
};

const SCRAM_SHA_512 = 2;

/** Makes users, or gives them new passwords. Any broker hands it on to the controller. */
export const alterUsersRequest = (users: readonly ScramUser[]): WireRequest<readonly UserOutcome[]> =>
  wireRequest(
    { key: 51, version: 0, name: "AlterUserScramCredentials", flexible: true },
    (writer) => {
      writer.compactArray([], () => {}); // deletions
      writer.compactArray(users, ({ name, iterations, salt, saltedPassword }) => {
        writer.compactString(name).int8(SCRAM_SHA_512).int32(iterations);
        for (const bytes of [salt, saltedPassword]) writer.uvarint(bytes.length + 1).raw(bytes);
        writer.noTags();
      });
      writer.noTags();
    },
    (reader) => {
      reader.int32(); // throttle time
      return reader.compactArray(() => {
        const name = reader.compactString() ?? "";
        const outcome = { name, errorCode: reader.int16(), detail: reader.compactString() };
        reader.skipTags();
        return outcome;
      });
    },
  );
