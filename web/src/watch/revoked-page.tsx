/** Stands where a session was that may not be watched any more. Nothing of it is kept. */
import { FullNotice } from "../full-notice.tsx";
import { useTitle } from "../session/use-title.ts";

export function RevokedPage({ openMenu, onLeave }: { openMenu(): void; onLeave(): void }) {
  useTitle(null);
  return (
    <FullNotice
      title="This session is no longer shared with you"
      text="Its owner took the invitation back. What you have seen has been removed from this page."
      action={{ label: "Go to my sessions", run: onLeave }}
      openMenu={openMenu}
    />
  );
}
