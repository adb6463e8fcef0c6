/** How many connections one user may have on one worker, so that nobody crowds the others out. */
export class ConnectionLimit {
  readonly #counts = new Map<string, number>();

  constructor(readonly maxPerUser: number) {}

  /** False when the user has as many as allowed; otherwise `release` has to follow. */
  take(userId: string): boolean {
    const count = this.#counts.get(userId) ?? 0;
    if (count >= this.maxPerUser) return false;
    this.#counts.set(userId, count + 1);
    return true;
  }

  release(userId: string): void {
    const count = (this.#counts.get(userId) ?? 0) - 1;
    if (count > 0) this.#counts.set(userId, count);
    else this.#counts.delete(userId);
  }
}
