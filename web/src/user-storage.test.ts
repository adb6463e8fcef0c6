import { assertEquals } from "@std/assert";
import { toUserStorage } from "./user-storage.ts";

Deno.test("what one user of a tab leaves behind is not there for the next", () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  } as Storage;
  const [ada, bob] = ["ada", "bob"].map((userId) => toUserStorage(storage, userId));

  ada?.setItem("session", "hers");
  bob?.setItem("other", "his");
  bob?.removeItem("session");

  assertEquals([ada?.getItem("session"), bob?.getItem("session"), bob?.getItem("other")], [
    "hers",
    null,
    "his",
  ]);
});
