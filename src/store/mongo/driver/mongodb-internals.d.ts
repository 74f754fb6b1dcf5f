/**
 * The part of mongodb 7.9.0 that is not its public interface and that the adapter builds on: how the driver puts
 * serialised documents into a message. The version is pinned, and `tests/mongo/sequence.test.ts` fails when it is gone.
 */
declare module "mongodb/lib/cmap/commands.js" {
  /** A part of a message of its own, in place of an array in the command. */
  export class DocumentSequence {
    constructor(field: string);
    readonly field: string;
    /** The whole section, its first byte included; the driver copies it. */
    toBin(): Uint8Array;
  }
}
