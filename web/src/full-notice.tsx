/** Stands where a session would be, with what happened and what to do next. */
import { SessionHeader } from "./session/session-header.tsx";

export interface FullNoticeProps {
  title: string;
  text: string;
  action: { label: string; run(): void };
  openMenu(): void;
}

export function FullNotice({ title, text, action, openMenu }: FullNoticeProps) {
  return (
    <main className="session session-empty">
      <SessionHeader title="" openMenu={openMenu} />
      <div className="full-notice" role="alert">
        <h1>{title}</h1>
        <p>{text}</p>
        <button type="button" className="button" onClick={action.run}>{action.label}</button>
      </div>
    </main>
  );
}
