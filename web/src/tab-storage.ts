/** The tab's own storage; where the browser denies it, one that lasts as long as the page. */

export type TabStorage = Pick<Storage, "length" | "key" | "getItem" | "setItem" | "removeItem" | "clear">;

const denied = new Map<string, string>();

const pageStorage: TabStorage = {
  get length() {
    return denied.size;
  },
  key: (index) => [...denied.keys()][index] ?? null,
  getItem: (key) => denied.get(key) ?? null,
  setItem: (key, value) => void denied.set(key, value),
  removeItem: (key) => void denied.delete(key),
  clear: () => denied.clear(),
};

export function tabStorage(): TabStorage {
  try {
    // Some web views have none at all.
    return globalThis.sessionStorage ?? pageStorage;
  } catch {
    // Reading the property is refused where cookies are blocked.
    return pageStorage;
  }
}
