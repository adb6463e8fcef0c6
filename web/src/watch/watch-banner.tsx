/** Says where a composer would be that this session is only watched, and who else is there. */
import type { Participant, WatchRole } from "../client/mod.ts";
import { Icon } from "../icon.tsx";
import { toWatcherCount } from "./to-presence.ts";

export interface WatchBannerProps {
  /** `null` while the server has not told. */
  role: WatchRole | null;
  participants: readonly Participant[];
  isEnded: boolean;
}

export function WatchBanner({ role, participants, isEnded }: WatchBannerProps) {
  const isOwner = role === "owner";
  const isTyping = participants.some((participant) => participant.role === "owner" && participant.isTyping);
  const watcherCount = toWatcherCount(participants) + (isOwner ? 0 : 1);
  return (
    <aside className="watch-banner" aria-label="You are watching">
      <Icon name="eye" size={18} />
      <p>
        <strong>You are watching.</strong>{" "}
        <span>{isOwner ? "This is your session, driven elsewhere." : toExplanation(isEnded)}</span>
      </p>
      <p className="watch-facts">
        {isTyping && (
          <span className="typing">
            {isOwner ? "Typing elsewhere" : "The owner is typing"}
            <i aria-hidden="true">
              <b />
              <b />
              <b />
            </i>
          </span>
        )}
        {watcherCount > 0 && <span>{watcherCount} watching</span>}
      </p>
    </aside>
  );
}

function toExplanation(isEnded: boolean): string {
  return isEnded ? "The session has ended." : "Only the owner can write here.";
}
