import { open, stat } from "node:fs/promises";

const PIECE = 64 * 1024;

/** A file of this machine, read piece by piece so that its size does not matter. */
export type LocalFile = {
  /** Bytes. Rejects where it cannot be read. */
  size(): Promise<number>;
  /** All of it, again at every call. A piece is good until the next is asked for: the same memory takes each. */
  pieces(): AsyncIterable<Uint8Array>;
};

export const localFile = (path: string): LocalFile => ({
  size: async () => (await stat(path)).size,
  async *pieces() {
    const file = await open(path);
    try {
      const room = new Uint8Array(PIECE);
      for (;;) {
        const { bytesRead } = await file.read(room, 0, PIECE);
        if (bytesRead === 0) return;
        yield room.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  },
});
