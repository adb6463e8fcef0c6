import { assertEquals } from "@std/assert";
import { chunks, CLOSING, ready, said } from "../testing/frames.ts";
import { opening, QUESTION, renderAnswering, renderChat, TURN_ID } from "./testing/render-chat.ts";

Deno.test("[R6] stop() cancels the turn it was about", async () => {
  const test = await renderAnswering();

  await test.chat.stop();

  await test.until(() => test.sent.length === 2);
  const { id: _, ...command } = test.sent[1] as { id: string };
  assertEquals(command as unknown, { type: "turn.cancel", turnId: TURN_ID });
  assertEquals([test.chat.status, test.text], ["ready", "Hel"]);
  await test.unmount();
});

const NEXT_TURN_ID = "2f0a6f0e-3c59-4f0b-8c1d-6a7e5b0d9c11";

Deno.test("[R6] stop() before the answer began waits for it and leaves the running one alone", async () => {
  const test = await renderChat({
    frames: [ready(), said(1, "Before"), opening(2, { replyTo: "user-1", messageId: "earlier" })],
  });
  void test.chat.sendMessage({ text: "Hi" });
  await test.until(() => test.sent.length === 1);

  await test.chat.stop();
  await test.settle();
  assertEquals(test.sent.length, 1);
  await test.receive(
    chunks(5, CLOSING, { messageId: "earlier" }),
    { ...QUESTION, seq: 7 },
    opening(8, { turnId: NEXT_TURN_ID }),
  );

  assertEquals(test.sent[1] && "turnId" in test.sent[1] && test.sent[1].turnId, NEXT_TURN_ID);
  await test.unmount();
});
