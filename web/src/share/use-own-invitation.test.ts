import { assertEquals } from "@std/assert";
import { useReducer } from "react";
import { renderHook, settleReact } from "../client/chat/testing/render-hook.ts";
import type { Invitation } from "./use-invitation.ts";
import { useOwnInvitation } from "./use-own-invitation.ts";

interface Tab {
  invitation: Invitation | null;
  userId: string | null;
}

/** The code that is shown after each change of a tab. */
async function codesAfter(changes: Partial<{ code: string; userId: string | null }>[]) {
  const tab: Tab = { invitation: null, userId: null };
  const putAside = () => tab.invitation = null;
  let renderAgain = () => {};
  const hook = await renderHook(() => {
    renderAgain = useReducer((count: number) => count + 1, 0)[1];
    return useOwnInvitation(tab.invitation, tab.userId);
  });
  const codes: (string | null)[] = [];
  for (const { code, userId } of changes) {
    if (code !== undefined) tab.invitation = { code, putAside };
    if (userId !== undefined) tab.userId = userId;
    renderAgain();
    await settleReact();
    codes.push(hook.current?.code ?? null);
  }
  await hook.unmount();
  return codes;
}

Deno.test("useOwnInvitation() keeps an invitation over signing in, and not for the next user", async () => {
  const codes = await codesAfter([{ code: "X" }, { userId: "ada" }, { userId: null }, { userId: "bob" }]);

  assertEquals(codes, ["X", "X", null, null]);
});

Deno.test("useOwnInvitation() keeps a second link from the next user too", async () => {
  const codes = await codesAfter([{ code: "X", userId: "ada" }, { code: "Y" }, { userId: null }, {
    userId: "bob",
  }]);

  assertEquals(codes, ["X", "Y", null, null]);
});

Deno.test("useOwnInvitation() gives a link to whoever brings it after another has signed out", async () => {
  const codes = await codesAfter([{ code: "X", userId: "ada" }, { userId: null }, { code: "Y" }, {
    userId: "bob",
  }]);

  assertEquals(codes, ["X", null, "Y", "Y"]);
});
