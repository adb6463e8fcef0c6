import { assertEquals } from "@std/assert";
import { useSyncExternalStore } from "react";
import { renderHook, settleReact } from "../client/chat/testing/render-hook.ts";
import type { SessionClient } from "../client/mod.ts";
import { toWireError } from "../client/protocol.ts";
import { FakeStorage } from "../client/testing/fake-storage.ts";
import { ready } from "../client/testing/frames.ts";
import { openTestSession } from "../client/testing/open-test-session.ts";
import { NOTHING_UNSENT, useUnsentText } from "./use-unsent-text.ts";

/** A session in which each of `texts` was said and refused. */
async function refuse(texts: string[], storage = new FakeStorage()) {
  const { session, socket } = await openTestSession({ storage });
  socket.receive(ready());
  const ids = texts.map((text) => session.send(text));
  const refuseAll = () => {
    for (const commandId of ids) {
      socket.receive({ type: "error", error: toWireError("message_too_long", { commandId }) });
    }
  };
  return { session, storage, refuseAll };
}

async function openField(session: SessionClient, unsent = { current: NOTHING_UNSENT }) {
  const hook = await renderHook(() => {
    const { refused } = useSyncExternalStore(session.subscribe, () => session.state);
    return useUnsentText({
      unsent,
      refused: refused.map(({ command }) => command),
      onDismiss: (id) => session.dismiss(id),
    });
  }, { isStrict: true });
  return {
    unsent,
    unmount: () => hook.unmount(),
    get text() {
      return hook.current[0];
    },
    async write(text: string) {
      hook.current[1](text);
      await settleReact();
    },
  };
}

Deno.test("useUnsentText() puts refused messages back in order, each once, before what is written", async () => {
  const { session, refuseAll } = await refuse(["One", "Two"]);
  const field = await openField(session);
  await field.write("and then");

  refuseAll();
  await settleReact();
  assertEquals(field.text, "One\n\nTwo\n\nand then");
  await field.write("One, and then");
  session.cancel();
  await settleReact();

  assertEquals(field.text, "One, and then");
  await field.unmount();
  session.detach();
});

for (const [way, empty] of [["sent", "Shorter"], ["emptied", null]] as const) {
  Deno.test(`useUnsentText() keeps refused messages, and the error, until the field is ${way}`, async () => {
    const { session, refuseAll } = await refuse(["One", "Two"]);
    const field = await openField(session);
    refuseAll();
    await settleReact();
    await field.write("Shorter");
    const kept = [session.state.refused.length, session.state.lastError?.error.code];

    if (empty) session.send(empty);
    await field.write("");

    assertEquals(kept, [2, "message_too_long"]);
    assertEquals([session.state.refused, session.state.lastError, field.text], [[], null, ""]);
    await field.unmount();
    session.detach();
  });
}

Deno.test("useUnsentText() puts a refused message back again after a reload", async () => {
  const before = await refuse(["One"]);
  const left = await openField(before.session);
  before.refuseAll();
  await settleReact();
  await left.unmount();
  before.session.detach();

  const { session } = await openTestSession({ storage: before.storage });
  const field = await openField(session);

  assertEquals(field.text, "One");
  await field.unmount();
  session.detach();
});

Deno.test("useUnsentText() shows what was being written, and no more, when the field was away", async () => {
  const { session, refuseAll } = await refuse(["One"]);
  const before = await openField(session);
  refuseAll();
  await settleReact();
  await before.write("One, but shorter");
  await before.unmount();

  const field = await openField(session, before.unsent);

  assertEquals(field.text, "One, but shorter");
  await field.unmount();
  session.detach();
});
