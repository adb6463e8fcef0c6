import { assertEquals } from "@std/assert";
import { textOf } from "./protocol.ts";
import { ready, said } from "./testing/frames.ts";
import { openTestSession } from "./testing/open-test-session.ts";

Deno.test("a resume that stays short shows what it has after two seconds", async () => {
  const { session, socket, clock } = await openTestSession();
  socket.receive(ready(), said(1, "Hi"), said(2, "Old"));
  socket.receive(ready({ epoch: 2, seq: 9, resume: { kind: "snapshot" } }), { ...said(1, "New"), epoch: 2 });
  assertEquals(session.state.messages.map(textOf), ["Hi", "Old"]);

  await clock.advance(2_000);

  assertEquals(session.state.messages.map(textOf), ["New"]);
});

Deno.test("a resume that is cut off before it has brought anything leaves the screen as it is", async () => {
  const { session, sockets, clock, signal } = await openTestSession();
  sockets[0]?.receive(ready(), said(1, "Hi"), said(2, "Old"));
  sockets[0]?.drop(1006);
  await clock.advance(1_000);
  sockets[1]?.receive(ready({ epoch: 2, seq: 9, resume: { kind: "snapshot" } }));
  signal("offline");
  sockets[1]?.drop(1006);

  await clock.advance(60_000);
  assertEquals(session.state.messages.map(textOf), ["Hi", "Old"]);

  signal("online");
  await clock.advance(0);
  sockets[2]?.receive(ready({ epoch: 2, seq: 9 }), { ...said(1, "New"), epoch: 2 });
  await clock.advance(1_999);
  assertEquals(session.state.messages.map(textOf), ["Hi", "Old"]);
  await clock.advance(1);
  assertEquals(session.state.messages.map(textOf), ["New"]);
});

Deno.test("a resume that ends in a stop shows what it has brought", async () => {
  const { session, sockets, clock } = await openTestSession();
  sockets[0]?.receive(ready(), said(1, "Hi"), said(2, "Old"));
  sockets[0]?.drop(1006);
  await clock.advance(1_000);
  sockets[1]?.receive(ready({ epoch: 2, seq: 9, resume: { kind: "snapshot" } }));
  sockets[1]?.receive({ ...said(1, "New"), epoch: 2 });

  sockets[1]?.drop(4409);

  assertEquals(session.state.messages.map(textOf), ["New"]);
});

Deno.test("a resume that ends in a stop before it has brought anything leaves the screen as it is", async () => {
  const { session, socket, clock } = await openTestSession();
  socket.receive(ready(), said(1, "Hi"));
  socket.receive(ready({ epoch: 2, seq: 9, resume: { kind: "snapshot" } }));

  socket.drop(4409);
  await clock.advance(60_000);

  assertEquals(session.state.messages.map(textOf), ["Hi"]);
});
