/** The invitations of a session, open ones first. */
import { useRef } from "react";
import type { Polled } from "../sessions/use-polling.ts";
import { isOpen, ShareListItem } from "./share-list-item.tsx";
import type { ListedShare } from "./use-shares.ts";

export interface ShareListProps {
  shares: Polled<ListedShare[]>;
  onRevoke(shareId: string): Promise<void>;
}

export function ShareList({ shares, onRevoke }: ShareListProps) {
  const { value, hasFailed } = shares;
  const section = useRef<HTMLElement>(null);

  async function revoke(shareId: string): Promise<void> {
    await onRevoke(shareId);
    // The button is about to go, and the focus must not go with it.
    section.current?.focus();
  }

  if (!value) {
    return hasFailed
      ? <p className="dialog-note" role="alert">The invitations cannot be loaded right now.</p>
      : null;
  }
  if (value.length === 0) return <p className="dialog-note">Nobody has been invited yet.</p>;
  const sorted = value.toSorted((left, right) => Number(isOpen(right)) - Number(isOpen(left)));
  return (
    <section className="share-list" ref={section} tabIndex={-1} aria-labelledby="share-list-title">
      <h3 id="share-list-title">Invitations</h3>
      <ul>
        {sorted.map((share) => (
          <ShareListItem
            key={share.shareId}
            share={share}
            onRevoke={() => revoke(share.shareId)}
          />
        ))}
      </ul>
    </section>
  );
}
