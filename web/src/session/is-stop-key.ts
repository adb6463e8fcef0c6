/** Whether a key stops the answer: Escape does, where it means nothing nearer. */

/** In the composer nothing else is closed by it. */
const COMPOSER = ".composer";
const FIELDS = "input, textarea, select";

export type PressedKey = Pick<KeyboardEvent, "key" | "isComposing" | "defaultPrevented" | "target">;

export function isStopKey({ key, isComposing, defaultPrevented, target }: PressedKey): boolean {
  if (key !== "Escape" || isComposing || defaultPrevented) return false;
  const element = target as Partial<Pick<Element, "closest">> | null;
  return !element?.closest?.(FIELDS) || Boolean(element.closest(COMPOSER));
}
