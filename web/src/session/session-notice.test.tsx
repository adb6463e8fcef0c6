import { assertEquals } from "@std/assert";
import { renderToStaticMarkup } from "react-dom/server";
import type { SessionClient, SessionState } from "../client/mod.ts";
import { toWireError } from "../client/protocol.ts";
import { FakeStorage } from "../client/testing/fake-storage.ts";
import { ready } from "../client/testing/frames.ts";
import { openTestSession } from "../client/testing/open-test-session.ts";
import { SessionNotice } from "./session-notice.tsx";

/** Whether a session that stopped with `code` offers to connect again. */
async function offersToConnect(code: number): Promise<boolean> {
  const { session } = await openTestSession();
  const state: SessionState = { ...session.state, connection: { status: "stopped", code, reason: "" } };
  const markup = renderToStaticMarkup(<SessionNotice state={state} client={session} />);
  session.detach();
  return markup.includes("Connect again");
}

Deno.test("SessionNotice offers to connect again after every stop but a refusal, a signed-out user's too", async () => {
  assertEquals(await Promise.all([4401, 4408, 4409, 4403].map(offersToConnect)), [true, true, true, false]);
});

Deno.test("SessionNotice offers to send refused messages again, until they are sent or discarded", async () => {
  const { session, socket } = await openTestSession();
  socket.receive(ready());
  const isOffered = () =>
    renderToStaticMarkup(<SessionNotice state={session.state} client={session} />).includes("Try again");
  const commandId = session.send("One");
  socket.receive({ type: "error", error: toWireError("queue_full", { commandId }) });
  const offered = [isOffered()];
  session.cancel();
  offered.push(isOffered());
  session.dismiss(commandId);
  offered.push(isOffered());
  session.detach();

  assertEquals(offered, [true, true, false]);
});

Deno.test("SessionNotice says why a message was refused as long as it is kept, after a reload too", async () => {
  const storage = new FakeStorage();
  const saysWhy = (session: SessionClient) =>
    renderToStaticMarkup(<SessionNotice state={session.state} client={session} />).includes("too long");
  const { session, socket } = await openTestSession({ storage });
  socket.receive(ready());
  const commandId = session.send("One");
  socket.receive({ type: "error", error: toWireError("message_too_long", { commandId }) });
  const said = [saysWhy(session)];
  session.detach();

  const { session: reloaded } = await openTestSession({ storage });
  said.push(saysWhy(reloaded));
  reloaded.dismiss(commandId);
  said.push(saysWhy(reloaded));
  reloaded.detach();

  assertEquals(said, [true, true, false]);
});
