/** The empty page: nothing is created before the first message. */
import { useEffect } from "react";
import { Composer } from "./composer.tsx";
import { SessionHeader } from "./session-header.tsx";
import { Suggestions } from "./suggestions.tsx";

export function NewSession({ onStart, openMenu }: { onStart(text: string): void; openMenu(): void }) {
  useEffect(() => {
    document.title = "Parley";
  }, []);

  return (
    <main className="session session-empty">
      <SessionHeader title="" openMenu={openMenu} />
      <div className="welcome">
        <h2>What would you like to know?</h2>
        <p>Ask anything, or try one of these. Reload or close the tab whenever you like: nothing is lost.</p>
        <Suggestions onPick={onStart} />
      </div>
      <div className="dock">
        <Composer placeholder="Write a message" onStop={null} onSend={onStart} />
      </div>
    </main>
  );
}
