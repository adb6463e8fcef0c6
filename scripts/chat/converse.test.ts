import { assertEquals, assertRejects } from "@std/assert";
import type { Chunk } from "../../web/src/client/mod.ts";
import {
  answer,
  chunks,
  CLOSING,
  delta,
  OPENING,
  openingTo,
  ready,
  said,
  TURN,
} from "../../web/src/client/testing/frames.ts";
import { openTestSession } from "../../web/src/client/testing/open-test-session.ts";
import { AnswerPrinter } from "./answer-printer.ts";
import { converse } from "./converse.ts";
import { toTextStyle } from "./text-style.ts";

/** What follows the start of an answer that asks. */
const ASKING: Chunk[] = [
  { type: "tool-input-available", toolCallId: "c", toolName: "cancel_order", input: {} },
  { type: "tool-approval-request", approvalId: "approval-1", toolCallId: "c" },
  { type: "finish", finishReason: "tool-calls", messageMetadata: { status: "waiting" } },
];
const APPROVAL: Chunk[] = [{ type: "start", messageId: TURN.messageId }, ...ASKING];

/** A conversation whose other end, and whose user, is the test. */
async function startConversation(
  { text = null, entered = [] }: { text?: string | null; entered?: string[] },
) {
  const test = await openTestSession();
  const style = toTextStyle(false);
  const told: string[] = [];
  let printed = "";
  const printer = new AnswerPrinter({ write: (written) => void (printed += written), style, isPlain: true });
  const remaining = [...entered];
  const outcome = converse({
    session: test.session,
    printer,
    style,
    text,
    lines: { next: () => Promise.resolve(remaining.shift() ?? null) },
    tell: (line) => void told.push(line),
    isQuiet: true,
  }).finally(() => test.session.close());
  return {
    outcome,
    told,
    printed: () => printed,
    sent: () => test.sockets.flatMap(({ sent }) => sent),
    socket: () => test.socket,
    wait: (forMs = 0) => test.clock.advance(forMs),
    /** Each frame arrives in a task of its own. */
    async receive(...frames: Parameters<typeof test.socket.receive>) {
      for (const frame of frames) {
        test.socket.receive(frame);
        await test.clock.advance(0);
      }
    },
  };
}

type Conversation = Awaited<ReturnType<typeof startConversation>>;

function questionOf({ sent }: Conversation) {
  const question = sent().at(-1);
  if (question?.type !== "message.create") throw new Error("Nothing was asked");
  return question;
}

/** The server takes the question, as item 1 of the log. */
async function accept(conversation: Conversation): Promise<void> {
  const { id, text } = questionOf(conversation);
  await conversation.receive({ type: "command.accepted", id, seq: 1, duplicate: false }, said(1, text, id));
}

Deno.test("converse() prints the answer to one question and is done", async () => {
  const conversation = await startConversation({ text: "Hi" });
  await conversation.receive(ready());
  await accept(conversation);
  const opening = openingTo(questionOf(conversation).id);
  await conversation.receive(chunks(2, opening), chunks(4, [delta("Hello")]), chunks(5, CLOSING));

  assertEquals(await conversation.outcome, "done");
  assertEquals(conversation.printed(), "Hello\n");
});

Deno.test("[R3] converse() prints the whole answer although the connection was lost near its end", async () => {
  const conversation = await startConversation({ text: "Hi" });
  await conversation.receive(ready());
  await accept(conversation);
  await conversation.receive(chunks(2, OPENING), chunks(4, [delta("Hel")]));
  conversation.socket().drop(1006);
  await conversation.wait(1_000);
  const whole = { type: "message", epoch: 1, seq: 2, seqTo: 6, message: answer("Hello") } as const;
  await conversation.receive(ready({ seq: 6 }), whole);

  assertEquals(await conversation.outcome, "done");
  assertEquals(conversation.printed(), "Hello\n");
});

Deno.test("converse() tells why a question was refused", async () => {
  const conversation = await startConversation({ text: "Hi" });
  await conversation.receive(ready());
  const { id: commandId } = questionOf(conversation);
  const error = { type: "server_error", code: "queue_full", message: "Too many.", retryable: true } as const;
  await conversation.receive({ type: "error", error: { ...error, commandId } });

  assertEquals(await conversation.outcome, "failed");
  assertEquals([conversation.told, conversation.printed()], [["Too many."], ""]);
});

Deno.test("converse() fails when the session stops before the answer has come", async () => {
  const conversation = await startConversation({ text: "Hi" });
  const failure = assertRejects(() => conversation.outcome, Error, "4409");
  await conversation.receive(ready());
  await accept(conversation);
  conversation.socket().drop(4409);
  await failure;
});

Deno.test("converse() goes on with the answer that is being written", async () => {
  const conversation = await startConversation({});
  await conversation.receive(
    ready({ seq: 4, activeTurn: TURN }),
    said(1, "Hi"),
    chunks(2, [...OPENING, delta("Hel")]),
  );
  assertEquals(conversation.printed(), "Hel");
  await conversation.receive(chunks(5, [delta("lo"), ...CLOSING]));

  assertEquals(await conversation.outcome, "done");
  assertEquals(conversation.printed(), "Hello\n");
});

Deno.test("converse() asks for an approval that was open before", async () => {
  const conversation = await startConversation({ entered: ["y"] });
  await conversation.receive(ready({ seq: 5 }), said(1, "Cancel it"), chunks(2, APPROVAL));

  assertEquals(conversation.told, ["Allow cancel_order with {}? [y/N]"]);
  const { type, approved } = conversation.sent().at(-1) as { type: string; approved?: boolean };
  assertEquals([type, approved], ["tool.approve", true]);
  conversation.socket().drop(4409);
  await assertRejects(() => conversation.outcome, Error, "4409");
});

Deno.test("converse() leaves an approval open that was open before when nobody answers", async () => {
  const conversation = await startConversation({});
  await conversation.receive(ready({ seq: 5 }), said(1, "Cancel it"), chunks(2, APPROVAL));

  assertEquals(await conversation.outcome, "done");
  assertEquals(conversation.sent().filter(({ type }) => type === "tool.approve"), []);
});

Deno.test("converse() denies what the answer to its own question asks for when nobody answers", async () => {
  const conversation = await startConversation({ text: "Cancel it" });
  await conversation.receive(ready());
  await accept(conversation);
  const { id } = questionOf(conversation);
  await conversation.receive(chunks(2, [...openingTo(id), ...ASKING]));

  const { type, approved } = conversation.sent().at(-1) as { type: string; approved?: boolean };
  assertEquals([type, approved], ["tool.approve", false]);
  conversation.socket().drop(4409);
  await assertRejects(() => conversation.outcome, Error, "4409");
});

Deno.test("converse() leaves open what the answer to somebody else's question asks for meanwhile", async () => {
  const conversation = await startConversation({ text: "Hi" });
  const other = { messageId: "answer-0" };
  const start: Chunk = { type: "start", ...other, messageMetadata: { replyTo: "user-1" } };
  const activeTurn = { ...TURN, ...other };
  await conversation.receive(ready({ seq: 2, activeTurn }), said(1, "Cancel it"), chunks(2, [start], other));
  const { id, text } = questionOf(conversation);
  await conversation.receive(said(3, text, id), { type: "command.accepted", id, seq: 3, duplicate: false });
  await conversation.receive(chunks(4, ASKING, other));
  await conversation.receive(chunks(7, openingTo(id)), chunks(9, [delta("Hello"), ...CLOSING]));

  assertEquals(await conversation.outcome, "done");
  assertEquals(conversation.printed(), "Hello\n");
  assertEquals(conversation.sent().map(({ type }) => type), ["message.create"]);
});

Deno.test("converse() repeats nothing of what was said before", async () => {
  const conversation = await startConversation({});
  const before = { type: "message", epoch: 1, seq: 2, seqTo: 6, message: answer("Hello") } as const;
  await conversation.receive(ready({ seq: 6 }), said(1, "Hi"), before);

  assertEquals(await conversation.outcome, "done");
  assertEquals(conversation.printed(), "");
});
