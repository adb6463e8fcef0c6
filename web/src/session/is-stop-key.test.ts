import { assertEquals } from "@std/assert";
import { isStopKey, type PressedKey } from "./is-stop-key.ts";

/** An element of which only its ancestors count, by the selectors that find them. */
function within(...selectors: string[]): EventTarget {
  const closest = (selector: string) => selector.split(", ").some((part) => selectors.includes(part)) || null;
  return { closest } as unknown as EventTarget;
}

function press(key: Partial<PressedKey>): boolean {
  return isStopKey({ key: "Escape", isComposing: false, defaultPrevented: false, target: within(), ...key });
}

Deno.test("isStopKey() is Escape on the page and in the composer", () => {
  assertEquals(
    [
      press({}),
      press({ target: within("textarea", ".composer") }),
      press({ target: null }),
      press({ key: "a" }),
    ],
    [true, true, true, false],
  );
});

Deno.test("isStopKey() leaves Escape to an input method, to other fields and to whoever took it", () => {
  assertEquals(
    [press({ isComposing: true }), press({ target: within("input") }), press({ defaultPrevented: true })],
    [false, false, false],
  );
});
