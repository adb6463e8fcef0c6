import { assertEquals } from "@std/assert";
import { FakeStorage } from "../client/testing/fake-storage.ts";
import { withSessionStorage } from "../testing/with-session-storage.ts";
import { forgetInvitationCode, takeInvitationCode } from "./invitation-code.ts";

/** Opens the page at an invitation link, in a tab with this storage. */
function withInvitation(storage: () => unknown, run: () => void): void {
  const location = { hash: "#invitation=abc", pathname: "/" };
  const history = { replaceState: () => location.hash = "" };
  Object.defineProperty(globalThis, "location", { value: location, configurable: true });
  Object.defineProperty(globalThis, "history", { value: history, configurable: true });
  try {
    withSessionStorage(storage, run);
  } finally {
    forgetInvitationCode();
    for (const name of ["location", "history"]) Reflect.deleteProperty(globalThis, name);
  }
}

/** What is taken at first, when the page asks again, and once it was put aside. */
function taken(): (string | null)[] {
  const codes = [takeInvitationCode(), takeInvitationCode()];
  forgetInvitationCode();
  return [...codes, takeInvitationCode()];
}

Deno.test("takeInvitationCode() takes the code although the tab's storage is full", () => {
  const full = Object.assign(new FakeStorage(), { capacity: 0 });
  withInvitation(() => full, () => assertEquals(taken(), ["abc", "abc", null]));
});

Deno.test("takeInvitationCode() takes the code although the tab's storage is denied", () => {
  const deny = () => {
    throw new DOMException("Access is denied for this document", "SecurityError");
  };
  withInvitation(deny, () => assertEquals(taken(), ["abc", "abc", null]));
});

Deno.test("takeInvitationCode() takes the code out of the address at once, and keeps it for a reload", () => {
  const storage = new FakeStorage();
  withInvitation(() => storage, () => {
    assertEquals(takeInvitationCode(), "abc");
    assertEquals([location.hash, [...storage.kept.values()]], ["", ["abc"]]);
  });
});
