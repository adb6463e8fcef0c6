/** Gets the access token of each attempt to connect; only a fresh one that is refused too proves that none will do. */
import type { GetAccessToken } from "./token-refresh.ts";

export class TokenAttempts {
  readonly #getAccessToken: GetAccessToken;
  #isRefused = false;
  #isFresh = false;

  constructor(getAccessToken: GetAccessToken) {
    this.#getAccessToken = getAccessToken;
  }

  /** The refused token has not been replaced yet. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  async next(): Promise<string> {
    const forceRefresh = this.#isRefused;
    const accessToken = await this.#getAccessToken({ forceRefresh });
    if (forceRefresh) {
      this.#isRefused = false;
      this.#isFresh = true;
    }
    return accessToken;
  }

  /** The server refused the token; `false` when it was a fresh one. */
  onRefused(): boolean {
    this.#isRefused = !this.#isFresh;
    return this.#isRefused;
  }

  /** The server accepted the token, or everything begins anew. */
  reset(): void {
    this.#isRefused = false;
    this.#isFresh = false;
  }
}
