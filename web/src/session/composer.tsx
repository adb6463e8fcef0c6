/** Where the user writes: Enter sends, Shift+Enter breaks the line. */
import { type KeyboardEvent, type Ref, useEffect, useRef, useState } from "react";
import { MAX_MESSAGE_LENGTH } from "../client/mod.ts";
import { Icon } from "../icon.tsx";
import { withRefusedText } from "./with-refused-text.ts";

export interface ComposerProps {
  placeholder: string;
  /** Offers to stop the running answer. */
  onStop: (() => void) | null;
  isStopping?: boolean;
  onSend(text: string): void;
  /** Told at each change of the text, and once it was sent. */
  onTyping?(isTyping: boolean): void;
  /** A message that was refused: it is put back into the field. */
  refused?: Refused | null;
  /** Told when that has been done. */
  onPutBack?(id: string): void;
  /** Keeps what is being written while the field is away. */
  unsent?: { current: Unsent };
}

interface Refused {
  id: string;
  text: string;
}

export interface Unsent {
  text: string;
  /** The newest refused message that was put back. */
  refusedId: string | null;
}

export const NOTHING_UNSENT: Unsent = { text: "", refusedId: null };

export function Composer(props: ComposerProps) {
  const { placeholder, onStop, isStopping = false, onSend, onTyping, refused = null, onPutBack } = props;
  const ownUnsent = useRef(NOTHING_UNSENT);
  const unsent = props.unsent ?? ownUnsent;
  const [text, setText] = useState(unsent.current.text);
  const field = useRef<HTMLTextAreaElement>(null);
  const canSend = text.trim() !== "";

  useFittingHeight(field, text);
  useEffect(() => {
    // On a touch screen a focused field would open the keyboard over the page.
    if (matchMedia("(pointer: fine)").matches) field.current?.focus();
  }, []);
  useEffect(() => {
    unsent.current = { ...unsent.current, text };
  }, [unsent, text]);
  useEffect(() => {
    if (!refused || refused.id === unsent.current.refusedId) return;
    unsent.current = { ...unsent.current, refusedId: refused.id };
    setText((typed) => withRefusedText(typed, refused.text));
    onPutBack?.(refused.id);
  }, [unsent, refused, onPutBack]);

  function send(): void {
    if (!canSend) return;
    onSend(text.trim());
    setText("");
    onTyping?.(false);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  }

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={field}
        rows={1}
        value={text}
        aria-label="Message"
        placeholder={placeholder}
        maxLength={MAX_MESSAGE_LENGTH}
        enterKeyHint="send"
        onChange={(event) => {
          setText(event.currentTarget.value);
          onTyping?.(event.currentTarget.value !== "");
        }}
        onKeyDown={onKeyDown}
      />
      {onStop && (
        <button
          type="button"
          className="round-button stop-button"
          aria-label="Stop the answer"
          title="Stop (Esc)"
          disabled={isStopping}
          onClick={onStop}
        >
          <span aria-hidden="true" />
        </button>
      )}
      {(!onStop || canSend) && (
        <button type="submit" className="round-button send-button" aria-label="Send" disabled={!canSend}>
          <Icon name="send" size={18} />
        </button>
      )}
    </form>
  );
}

function useFittingHeight(
  field: Ref<HTMLTextAreaElement> & { current: HTMLTextAreaElement | null },
  text: string,
) {
  useEffect(() => {
    const element = field.current;
    if (!element || CSS.supports("field-sizing", "content")) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
  }, [field, text]);
}
