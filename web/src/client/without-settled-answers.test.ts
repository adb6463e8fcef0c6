import { assertEquals } from "@std/assert";
import type { Frame } from "./protocol.ts";
import { answer, chunks, OPENING, ready, said, TURN } from "./testing/frames.ts";
import { openTestSession } from "./testing/open-test-session.ts";

const ASKED = chunks(2, [
  ...OPENING,
  { type: "tool-input-available", toolCallId: "c", toolName: "cancel_order", input: {} },
  { type: "tool-approval-request", approvalId: "approval", toolCallId: "c" },
  { type: "finish", messageMetadata: { status: "waiting" } },
]);

/** A session whose only approval was given, and put on record by a worker that follows. */
async function approve() {
  const test = await openTestSession();
  test.socket.receive(ready(), said(1, "Cancel it"), ASKED);
  const id = test.session.approve("approval", { approved: true });
  test.socket.receive({ type: "command.accepted", id, seq: null, duplicate: false });
  return test;
}

const DECIDED: Frame = { type: "message", epoch: 1, seq: 2, seqTo: 9, message: answer("Cancelled") };

Deno.test("an accepted decision is pending until the log shows what came of it", async () => {
  const { session, socket } = await approve();
  assertEquals(session.state.pending.map(({ isAccepted }) => isAccepted), [true]);

  socket.receive(DECIDED);

  assertEquals(session.state.pending, []);
});

Deno.test("an accepted decision is pending while a resume has not brought its approval back", async () => {
  const { session, sockets, clock } = await approve();
  sockets[0]?.drop(1006);
  await clock.advance(1_000);

  const activeTurn = { ...TURN, status: "waiting" } as const;
  sockets[1]?.receive(ready({ seq: 6, resume: { kind: "snapshot" }, activeTurn }));
  // What was on the screen is not shown any longer.
  await clock.advance(2_000);
  sockets[1]?.receive(said(1, "Cancel it"));
  assertEquals([session.state.messages.length, session.state.pending.length], [1, 1]);
  sockets[1]?.receive(ASKED);
  assertEquals([session.state.messages.length, session.state.pending.length], [2, 1]);
});

Deno.test("nothing more comes of a decision once its session has ended", async () => {
  const { session, socket } = await approve();
  const ending = { reason: "abandoned", endTime: "2026-01-01T00:00:00Z", durationSeconds: 5 } as const;

  socket.receive({ type: "session.ended", ...ending });

  assertEquals(session.state.pending, []);
});
