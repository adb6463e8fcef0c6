/** Stands where a session would be that is not there, or not for this user: the server does not tell the two apart. */
import { FullNotice } from "../full-notice.tsx";

export function ForbiddenPage({ openMenu, onLeave }: { openMenu(): void; onLeave(): void }) {
  return (
    <FullNotice
      title="This session cannot be opened"
      text="It belongs to another account and is not shared with you, or not any more; or there is no such session."
      action={{ label: "Go to my sessions", run: onLeave }}
      openMenu={openMenu}
    />
  );
}
