/** A storage that lasts as long as the test, and may be full. */
import type { KeyValueStorage } from "../ports.ts";

export class FakeStorage implements KeyValueStorage {
  readonly kept = new Map<string, string>();
  /** How long everything together may be. */
  capacity = Infinity;
  setCount = 0;

  getItem(key: string): string | null {
    return this.kept.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    const others = [...this.kept].filter(([other]) => other !== key);
    const length = [...others, [key, value]].flat().join("").length;
    if (length > this.capacity) throw new DOMException("Full", "QuotaExceededError");
    this.setCount++;
    this.kept.set(key, value);
  }

  removeItem(key: string): void {
    this.kept.delete(key);
  }
}
