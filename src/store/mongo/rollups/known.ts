/** Ids in one half; at about 130 bytes each, both take 5 MB at most. */
const HALF = 20_000;

/** Remembers which rollups are there, as many of the newest as there is room for. To forget one costs one more call. */
export class KnownIds {
  #young = new Set<string>();
  #old = new Set<string>();

  has(id: string): boolean {
    if (this.#young.has(id)) return true;
    if (!this.#old.has(id)) return false;
    this.add(id);
    return true;
  }
  add(id: string): void {
    this.#young.add(id);
    if (this.#young.size < HALF) return;
    this.#old = this.#young;
    this.#young = new Set();
  }
  forget(id: string): void {
    this.#young.delete(id);
    this.#old.delete(id);
  }
}
