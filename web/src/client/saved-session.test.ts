import { assertEquals } from "@std/assert";
import { FakeStorage } from "./testing/fake-storage.ts";
import { answer, ready, said } from "./testing/frames.ts";
import { openTestSession } from "./testing/open-test-session.ts";

Deno.test("an approval that was given before a reload is not open after it", async () => {
  const storage = new FakeStorage();
  const message = answer("Shall I?", { metadata: { status: "waiting" } });
  message.parts.push({
    type: "tool-cancel_order",
    toolCallId: "c",
    state: "approval-requested",
    input: {},
    approval: { id: "a" },
  });
  const before = await openTestSession({ storage });
  before.socket.receive(ready({ seq: 5 }), said(1, "Hi"));
  before.socket.receive({ type: "message", epoch: 1, seq: 2, seqTo: 5, message });
  assertEquals(before.session.state.openApprovals.length, 1);
  before.session.approve("a", { approved: false });
  before.session.detach();

  const { session } = await openTestSession({ storage });

  assertEquals([session.state.pending.length, session.state.openApprovals.length], [1, 0]);
});

Deno.test("what was saved is not everything until the server says so", async () => {
  const storage = new FakeStorage();
  const before = await openTestSession({ storage });
  before.socket.receive(ready({ seq: 1 }), said(1, "Hi"));
  before.session.detach();

  const { session, socket } = await openTestSession({ storage });
  assertEquals([session.state.messages.length, session.state.isCaughtUp], [1, false]);
  socket.receive(ready({ seq: 2 }));
  assertEquals(session.state.isCaughtUp, false);
  socket.receive(said(2, "And?"));

  assertEquals(session.state.isCaughtUp, true);
});
