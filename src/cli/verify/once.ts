type Closable = { close(): Promise<void> };

/** What is opened when it is first needed, once, and closed together; what could not be opened is tried again. */
export class Opened {
  readonly #all: Promise<Closable>[] = [];

  once<T extends Closable>(open: () => Promise<T>): () => Promise<T> {
    let found: Promise<T> | undefined;
    return () => {
      if (found === undefined) {
        const mine = open();
        found = mine;
        this.#all.push(mine);
        mine.catch(() => {
          if (found === mine) found = undefined;
        });
      }
      return found;
    };
  }

  async close(): Promise<void> {
    const all = await Promise.allSettled(this.#all);
    await Promise.all(all.map((one) => (one.status === "fulfilled" ? one.value.close() : undefined)));
  }
}
