/** Where the user writes: Enter sends, Shift+Enter breaks the line. */
import { type KeyboardEvent, type Ref, type RefObject, useEffect, useRef } from "react";
import { MAX_MESSAGE_LENGTH } from "../client/mod.ts";
import { Icon } from "../icon.tsx";
import { NOTHING_UNSENT, type Unsent, type UnsentTextOptions, useUnsentText } from "./use-unsent-text.ts";

export interface ComposerProps {
  placeholder: string;
  /** Offers to stop the running answer. */
  onStop: (() => void) | null;
  isStopping?: boolean;
  onSend(text: string): void;
  /** Told at each change of the text, and once it was sent. */
  onTyping?(isTyping: boolean): void;
  /** The messages that were refused, the newest last: they are put back into the field. */
  refused?: UnsentTextOptions["refused"];
  /** Nobody needs to keep what this one says any more. */
  onDismiss?(id: string): void;
  /** Keeps what is being written while the field is away. */
  unsent?: RefObject<Unsent>;
}

const NONE_REFUSED: UnsentTextOptions["refused"] = [];

export function Composer(props: ComposerProps) {
  const { placeholder, onStop, isStopping = false, onSend, onTyping, onDismiss } = props;
  const ownUnsent = useRef(NOTHING_UNSENT);
  const { unsent = ownUnsent, refused = NONE_REFUSED } = props;
  const [text, write] = useUnsentText({ unsent, refused, onDismiss });
  const field = useRef<HTMLTextAreaElement>(null);
  const canSend = text.trim() !== "";

  useFittingHeight(field, text);
  useEffect(() => {
    // On a touch screen a focused field would open the keyboard over the page.
    if (matchMedia("(pointer: fine)").matches) field.current?.focus();
  }, []);

  function send(): void {
    if (!canSend) return;
    onSend(text.trim());
    write("");
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
          write(event.currentTarget.value);
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
