import { assertEquals } from "@std/assert";
import type { Participant } from "../client/mod.ts";
import { toPresence, toWatcherCount } from "./to-presence.ts";

function participant(role: Participant["role"]): Participant {
  return { id: crypto.randomUUID(), role, isTyping: false };
}

Deno.test("toPresence() says nothing when nobody else is there", () => {
  assertEquals(toPresence([]), null);
});

Deno.test("toPresence() tells those who watch and the owner's own tabs apart", () => {
  const others = [participant("observer"), participant("observer"), participant("owner")];

  assertEquals(toPresence(others), "2 watching · open in 1 other tab");
  assertEquals(toPresence(others.slice(2)), "open in 1 other tab");
  assertEquals(toWatcherCount(others), 2);
});

Deno.test("toPresence() says that the owner types elsewhere", () => {
  assertEquals(toPresence([{ ...participant("owner"), isTyping: true }]), "typing in another tab");
});
