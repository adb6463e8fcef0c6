/** The text of a field whose owner hears of every change and tells it back late: what is typed meanwhile stays. */
import { useEffect, useRef, useState } from "react";

/** `told` is what the owner says; it is taken over only where it did not come from here. */
export function useOwnText(told: string, tell: (text: string) => void): [string, (text: string) => void] {
  const [text, setText] = useState(told);
  /** What was told to the owner, oldest first, from the last that it told back. */
  const own = useRef([told]);

  useEffect(() => {
    const index = own.current.lastIndexOf(told);
    own.current = index < 0 ? [told] : own.current.slice(index);
    if (index < 0) setText(told);
  }, [told]);

  function write(written: string): void {
    own.current.push(written);
    setText(written);
    tell(written);
  }

  return [text, write];
}
