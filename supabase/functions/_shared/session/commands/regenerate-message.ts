/** `message.regenerate`: answers the last question again; the new answer takes the place of the old one. */
import type { Applied, Leading } from "../leading.ts";

export async function regenerateMessage(
  leading: Leading,
  { id, messageId }: { id: string; messageId: string },
): Promise<Applied> {
  const { queue, transcript, writer, ports } = leading;
  if (queue.isBusy || !leading.waiting.isEmpty) return leading.refuse(id, "busy");
  const last = transcript.last();
  const replyTo = last?.id === messageId ? last.metadata?.replyTo : undefined;
  const userSeq = replyTo === undefined ? undefined : transcript.seqOf(replyTo);
  if (userSeq === undefined) return leading.refuse(id, "nothing_to_regenerate");
  const turn = { turnId: ports.createId(), messageId: ports.createId(), userSeq };
  const seq = writer.nextSeq;
  const committed = writer.write({ acks: [{ commandId: id, seq }], turns: [{ ...turn, status: "queued" }] });
  queue.add(turn);
  await committed;
  return { seq, refusal: null };
}
