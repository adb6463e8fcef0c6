import { assertEquals } from "@std/assert";
import { useReducer } from "react";
import { renderHook, settleReact } from "../client/chat/testing/render-hook.ts";
import { useOwnText } from "./use-own-text.ts";

/** A field whose owner tells back what it is told only when the test says so. */
async function openField() {
  const heard: string[] = [];
  let told = "";
  let renderAgain = () => {};
  const hook = await renderHook(() => {
    renderAgain = useReducer((count: number) => count + 1, 0)[1];
    return useOwnText(told, (text) => heard.push(text));
  }, { isStrict: true });
  return {
    heard,
    unmount: () => hook.unmount(),
    async write(text: string) {
      hook.current[1](text);
      await settleReact();
      return hook.current[0];
    },
    async tellBack(text: string) {
      told = text;
      renderAgain();
      await settleReact();
      return hook.current[0];
    },
  };
}

Deno.test("useOwnText() keeps what is typed although its owner tells it back late", async () => {
  const field = await openField();

  const shown = [await field.write("a"), await field.write("ab"), await field.tellBack("a")];
  shown.push(await field.write("abc"), await field.tellBack("ab"), await field.tellBack("abc"));

  assertEquals(shown, ["a", "ab", "ab", "abc", "abc", "abc"]);
  assertEquals(field.heard, ["a", "ab", "abc"]);
  await field.unmount();
});

Deno.test("useOwnText() takes over what its owner says by itself", async () => {
  const field = await openField();
  await field.write("a");
  await field.write("");
  await field.write("b");
  await field.tellBack("b");

  assertEquals([await field.tellBack(""), await field.tellBack("else")], ["", "else"]);
  assertEquals(await field.write("else!"), "else!");
  await field.unmount();
});
