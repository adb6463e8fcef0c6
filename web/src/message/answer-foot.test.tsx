import { assertEquals } from "@std/assert";
import { renderToStaticMarkup } from "react-dom/server";
import { answer, ready, said } from "../client/testing/frames.ts";
import { openTestSession } from "../client/testing/open-test-session.ts";
import { AnswerFoot } from "./answer-foot.tsx";

Deno.test("AnswerFoot offers to regenerate only while nothing is under way", async () => {
  const { session, socket } = await openTestSession();
  const message = answer("Hello");
  socket.receive(ready({ seq: 6 }), said(1, "Hi"), { type: "message", epoch: 1, seq: 2, seqTo: 6, message });
  const isOffered = () =>
    renderToStaticMarkup(<AnswerFoot {...{ message }} client={session} isLast />)
      .includes('aria-disabled="false"');
  const offered = [isOffered()];
  session.regenerate(message.id);
  offered.push(isOffered());
  session.detach();

  assertEquals(offered, [true, false]);
});
