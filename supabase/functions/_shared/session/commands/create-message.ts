/** `message.create`: accepts what the user said and puts its turn in line. */
import type { Message, OnBusy } from "../../protocol/mod.ts";
import type { Applied, Leading } from "../leading.ts";
import { tellTitle } from "../tell-title.ts";
import { toMessageEvent } from "../to-message-event.ts";
import { toTitle } from "../to-title.ts";
import { denyApprovals } from "./deny-approvals.ts";
import { stopTurn } from "./stop-turn.ts";

export interface NewMessage {
  id: string;
  text: string;
  onBusy: OnBusy;
}

/** The id of the command becomes the id of the message. */
export async function createMessage(leading: Leading, { id, text, onBusy }: NewMessage): Promise<Applied> {
  const { queue, writer, transcript, ports } = leading;
  // A message with a known id takes the place of the old one; no question may take that of an answer.
  if (transcript.find(id)) return leading.refuse(id, "invalid_command");
  if (onBusy === "reject" && queue.isBusy) return leading.refuse(id, "busy");
  if (queue.isFull) return leading.refuse(id, "queue_full");
  denyApprovals(leading, { reason: "Answered with a new message instead", status: "completed" });
  if (onBusy === "interrupt" && queue.running) stopTurn(leading, queue.running.turnId);

  const turn = { turnId: ports.createId(), messageId: ports.createId() };
  const createdAt = new Date(ports.clock.now()).toISOString();
  const message: Message = {
    id,
    role: "user",
    metadata: { createdAt },
    parts: [{ type: "text", text, state: "done" }],
  };
  const title = leading.title === null ? toTitle(text) : undefined;
  const seq = writer.nextSeq;
  const committed = writer.writeItem(() => ({
    change: {
      events: [toMessageEvent(message, { turnId: turn.turnId, seqFrom: seq, seqTo: seq })],
      turns: [{ ...turn, userSeq: seq, status: "queued" }],
      acks: [{ commandId: id, seq }],
      ...(title === undefined ? {} : { title: { text: title, source: "message" } as const }),
    },
    frame: { type: "message", epoch: writer.epoch, seq, message },
  }));
  transcript.put(message, seq);
  if (title !== undefined) leading.title = title;
  // The turn begins at once: its model call overlaps with the commit, its chunks wait for it.
  queue.add({ ...turn, userSeq: seq });
  await committed;
  if (title !== undefined) void tellTitle(leading);
  return { seq, refusal: null };
}
