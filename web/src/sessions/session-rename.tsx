/** The title of a session as a field: Enter keeps it, Escape does not. */
import { type KeyboardEvent, useEffect, useRef } from "react";

const MAX_TITLE_LENGTH = 200;

export interface SessionRenameProps {
  title: string;
  /** `null` when the old title stays. */
  onDone(title: string | null): void;
}

export function SessionRename({ title, onDone }: SessionRenameProps) {
  const field = useRef<HTMLInputElement>(null);
  // Leaving by a key takes the field away, which is one more leaving.
  const isDone = useRef(false);
  useEffect(() => field.current?.select(), []);

  function finish(isKept: boolean): void {
    if (isDone.current) return;
    isDone.current = true;
    const written = field.current?.value.trim() ?? "";
    onDone(isKept && written !== "" ? written : null);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing || (event.key !== "Enter" && event.key !== "Escape")) return;
    event.preventDefault();
    event.stopPropagation();
    finish(event.key === "Enter");
  }

  return (
    <input
      ref={field}
      className="session-rename-field"
      defaultValue={title}
      maxLength={MAX_TITLE_LENGTH}
      aria-label="Title of the session"
      autoComplete="off"
      autoFocus
      onKeyDown={onKeyDown}
      onBlur={() => finish(true)}
    />
  );
}
