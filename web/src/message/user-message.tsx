/** What the user said. */

export function UserMessage({ text, note }: { text: string; note?: string | undefined }) {
  return (
    <article className="message message-user" aria-label="You" data-pending={note !== undefined}>
      <div className="bubble">{text}</div>
      {note && <p className="message-note">{note}</p>}
    </article>
  );
}
