import { assertEquals } from "@std/assert";
import { FakeStorage } from "./testing/fake-storage.ts";
import { toUserStorage } from "./user-storage.ts";

Deno.test("what one user of a tab leaves behind is not there for the next", () => {
  const storage = new FakeStorage();
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
