/** One invitation: whom it was for, what became of it, and how to take it back. */
import { useState } from "react";
import { toWhen } from "../sessions/to-when.ts";
import type { ListedShare } from "./use-shares.ts";

export function isOpen({ revokedAt, expiresAt }: ListedShare): boolean {
  return revokedAt === null && (expiresAt === null || new Date(expiresAt).getTime() > Date.now());
}

export function ShareListItem({ share, onRevoke }: { share: ListedShare; onRevoke(): Promise<void> }) {
  const [isBusy, setIsBusy] = useState(false);
  const name = share.label ?? "Unnamed link";

  async function revoke(): Promise<void> {
    setIsBusy(true);
    await onRevoke();
    setIsBusy(false);
  }

  return (
    <li className="share-item" data-open={isOpen(share)}>
      <div className="share-item-text">
        <span className="share-item-label">{name}</span>
        <span className="share-item-facts">{toFacts(share)}</span>
      </div>
      {isOpen(share) && (
        <button
          type="button"
          className="button button-small"
          aria-label={`Revoke ${name}`}
          disabled={isBusy}
          onClick={() => void revoke()}
        >
          {isBusy ? "Revoking…" : "Revoke"}
        </button>
      )}
    </li>
  );
}

function toFacts(share: ListedShare): string {
  const { revokedAt, expiresAt, createdAt, observerCount } = share;
  if (revokedAt !== null) return `Revoked ${toWhen(revokedAt)}`;
  if (!isOpen(share) && expiresAt !== null) return `Expired ${toWhen(expiresAt)}`;
  const joined = observerCount === 0
    ? "not used yet"
    : `${observerCount} ${observerCount === 1 ? "person" : "people"} joined`;
  return `Created ${toWhen(createdAt)} · ${joined}`;
}
