/** `message.regenerate`: answers the last question again; the new answer takes the place of the old one. */
import type { Applied, Leader } from "../leader.ts";

export async function regenerateMessage(
  leader: Leader,
  { id, messageId }: { id: string; messageId: string },
): Promise<Applied> {
  const { queue, transcript, writer, ports } = leader;
  if (queue.isBusy || leader.waiting) return leader.refuse(id, "busy");
  const last = transcript.last();
  const replyTo = last?.id === messageId ? last.metadata?.replyTo : undefined;
  const userSeq = replyTo === undefined ? undefined : transcript.seqOf(replyTo);
  if (userSeq === undefined) return leader.refuse(id, "nothing_to_regenerate");
  const turn = { turnId: ports.createId(), messageId: ports.createId(), userSeq };
  const seq = writer.nextSeq;
  const committed = writer.write({ acks: [{ commandId: id, seq }], turns: [{ ...turn, status: "queued" }] });
  queue.add({ ...turn, replaces: messageId });
  await committed;
  return { seq, refusal: null };
}
