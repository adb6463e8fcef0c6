/** The token that tools run with: the longest-lived one that a socket of the owner has brought, in memory only (K14). */
import type { Clock } from "../base/clock.ts";
import type { Credentials } from "./listener.ts";

export class OwnerCredentials {
  readonly #clock: Clock;
  #newest: Credentials | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  renew(credentials: Credentials): void {
    if (!this.#newest || credentials.expiresAt >= this.#newest.expiresAt) this.#newest = credentials;
  }

  /** `null` when there is none, or none that is still valid. */
  accessToken(): string | null {
    return this.#newest && this.#newest.expiresAt > this.#clock.now() ? this.#newest.accessToken : null;
  }
}
