/** Who else is in one's own session. */
import type { Participant } from "../client/mod.ts";
import { Icon } from "../icon.tsx";
import { toPresence, toWatcherCount } from "./to-presence.ts";

export function PresenceLabel({ participants }: { participants: readonly Participant[] }) {
  const label = toPresence(participants);
  const watcherCount = toWatcherCount(participants);
  return (
    <span className="presence" role="status" title={label ?? undefined}>
      {label && (
        <>
          {watcherCount > 0 && (
            <span className="presence-count" aria-hidden="true">
              <Icon name="eye" size={15} /> {watcherCount}
            </span>
          )}
          <span className="only-wide">{label}</span>
        </>
      )}
    </span>
  );
}
