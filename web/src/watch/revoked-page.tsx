/** Stands where a session was that may not be watched any more. Nothing of it is kept. */
import { useTitle } from "../session/use-title.ts";
import { SessionHeader } from "../session/session-header.tsx";

export function RevokedPage({ openMenu, onLeave }: { openMenu(): void; onLeave(): void }) {
  useTitle(null);
  return (
    <main className="session session-empty">
      <SessionHeader title="" openMenu={openMenu} />
      <div className="full-notice" role="alert">
        <h2>This session is no longer shared with you</h2>
        <p>Its owner took the invitation back. What you have seen has been removed from this page.</p>
        <button type="button" className="button" onClick={onLeave}>Go to my sessions</button>
      </div>
    </main>
  );
}
