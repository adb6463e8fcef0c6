/** The text of the message field: what is being written, and before it what was refused. */
import { type RefObject, useEffect, useState } from "react";
import { withRefusedText } from "./with-refused-text.ts";

export interface Unsent {
  readonly text: string;
  /** The refused messages that are in it, or were. */
  readonly putBackIds: ReadonlySet<string>;
}

export const NOTHING_UNSENT: Unsent = { text: "", putBackIds: new Set() };

export interface UnsentTextOptions {
  /** Keeps it while the field is away. */
  unsent: RefObject<Unsent>;
  /** Each is put back into the field once, the oldest first. */
  refused: readonly { id: string; text: string }[];
  /** Told of each that was put back, once the field is empty: its text was sent anew, or is not wanted any more. */
  onDismiss?: ((id: string) => void) | undefined;
}

/** What was put back stays with its session until then: a reload, or another session, costs the field all it holds. */
export function useUnsentText(
  { unsent, refused, onDismiss }: UnsentTextOptions,
): [string, (text: string) => void] {
  const [text, setText] = useState(unsent.current.text);
  useEffect(() => {
    const { text: typed, putBackIds } = unsent.current;
    const fresh = refused.filter(({ id }) => !putBackIds.has(id));
    if (fresh.length === 0) return;
    unsent.current = {
      text: fresh.reduceRight((after, message) => withRefusedText(after, message.text), typed),
      putBackIds: new Set([...putBackIds, ...fresh.map(({ id }) => id)]),
    };
    setText(unsent.current.text);
  }, [unsent, refused]);

  function write(written: string): void {
    unsent.current = { ...unsent.current, text: written };
    setText(written);
    if (written.trim() !== "") return;
    for (const { id } of refused) if (unsent.current.putBackIds.has(id)) onDismiss?.(id);
  }

  return [text, write];
}
