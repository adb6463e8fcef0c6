/** Puts those who are present into words. */
import type { Participant } from "../client/mod.ts";

export function toWatcherCount(participants: readonly Participant[]): number {
  return participants.filter(({ role }) => role === "observer").length;
}

/** For the owner, about the others; `null` when nobody else is there. */
export function toPresence(participants: readonly Participant[]): string | null {
  const watcherCount = toWatcherCount(participants);
  const tabCount = participants.length - watcherCount;
  const isTyping = participants.some((participant) => participant.role === "owner" && participant.isTyping);
  const parts = [
    watcherCount > 0 && `${watcherCount} watching`,
    isTyping
      ? "typing in another tab"
      : tabCount > 0 && `open in ${tabCount} other ${tabCount === 1 ? "tab" : "tabs"}`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? null : parts.join(" · ");
}
