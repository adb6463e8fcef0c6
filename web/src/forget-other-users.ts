/** Clears what others left in a tab's storage: who signs out in one tab cannot clear those of the other tabs. */

/** As `toUserStorage` begins them. */
const OWNER = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):/i;

export function forgetOtherUsers(
  storage: Pick<Storage, "length" | "key" | "removeItem">,
  userId: string,
): void {
  const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "");
  for (const key of keys) {
    const owner = OWNER.exec(key)?.[1];
    if (owner !== undefined && owner !== userId) storage.removeItem(key);
  }
}
