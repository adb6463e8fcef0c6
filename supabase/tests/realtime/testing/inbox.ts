/** What arrived, in order, and a way to wait for the next of it. */

const PATIENCE_MS = 15_000;

export class Inbox<Item> {
  readonly #name: string;
  readonly #items: Item[] = [];
  #wake = Promise.withResolvers<void>();

  constructor(name: string) {
    this.#name = name;
  }

  push(item: Item): void {
    this.#items.push(item);
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }

  /** Takes the oldest, waiting for it. */
  next(): Promise<Item> {
    return this.until(() => true);
  }

  /** Takes and drops until one fits. */
  async until(isWanted: (item: Item) => boolean): Promise<Item> {
    const timeout = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => timeout.reject(new Error(`Waited in vain in ${this.#name}`)),
      PATIENCE_MS,
    );
    try {
      for (;;) {
        const item = this.#items.shift();
        if (item === undefined) await Promise.race([this.#wake.promise, timeout.promise]);
        else if (isWanted(item)) return item;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Takes what is there and what comes, up to and without the marker: what is not in it did not arrive before. */
  async before(isMarker: (item: Item) => boolean): Promise<Item[]> {
    const taken: Item[] = [];
    for (;;) {
      const item = await this.next();
      if (isMarker(item)) return taken;
      taken.push(item);
    }
  }
}
