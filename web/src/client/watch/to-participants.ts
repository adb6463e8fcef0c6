/** Who else is in a session, from what the channels say of those present. */
import { type WatchRole, watchRoleSchema } from "../protocol.ts";
import type { Participant } from "./watch-state.ts";

interface Present {
  key: string;
  presence: unknown;
}

/**
 * To the owner a role is a fact: the own topic lets only the owner in, and whoever else is on the other one observes. To
 * an observer it is what the others say of themselves.
 */
export function toParticipants(
  { role, main, observers }: { role: WatchRole | null; main: Present[]; observers: Present[] },
): Participant[] {
  if (role !== "owner") {
    return main.map((present) => toParticipant(present, roleIn(present.presence) ?? "observer"));
  }
  const isOwn = new Set(main.map(({ key }) => key));
  return [
    ...main.map((present) => toParticipant(present, "owner")),
    ...observers.filter(({ key }) => !isOwn.has(key)).map((present) => toParticipant(present, "observer")),
  ];
}

function toParticipant({ key, presence }: Present, role: WatchRole): Participant {
  return { id: key, role, isTyping: (presence as { typing?: unknown } | null)?.typing === true };
}

function roleIn(presence: unknown): WatchRole | null {
  const parsed = watchRoleSchema.safeParse((presence as { role?: unknown } | null)?.role);
  return parsed.success ? parsed.data : null;
}
