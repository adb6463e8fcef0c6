/** A tab's storage that each user has a part of: what one leaves behind is not there for the next. */
import type { KeyValueStorage } from "./ports.ts";

/**
 * The storage as this user sees it.
 *
 * @example
 * openSession({ ...options, storage: toUserStorage(sessionStorage, user.id) });
 */
export function toUserStorage(storage: KeyValueStorage, userId: string): KeyValueStorage {
  const keyOf = (key: string) => `${userId}:${key}`;
  return {
    getItem: (key) => storage.getItem(keyOf(key)),
    setItem: (key, value) => storage.setItem(keyOf(key), value),
    removeItem: (key) => storage.removeItem(keyOf(key)),
  };
}
