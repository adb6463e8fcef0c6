/** The log of a session as Postgres has it, past every layer that is under test. */
import type { Message } from "../../../functions/_shared/protocol/mod.ts";
import type { ChaosWorld } from "../chaos-world.ts";
import { persist } from "../patience.ts";

export interface LoggedMessage {
  message: Message;
  seq: number;
  seqTo: number;
}

export interface Log {
  /** The newest state of each message, by where it begins. */
  messages: LoggedMessage[];
  /** Ids as often as they were written as a question. */
  questionIds: string[];
  lastSeq: number;
  epoch: number;
}

interface Row {
  seq: string;
  seq_to: string;
  event_type: string;
  message: Message;
}

export async function readLog({ sql }: ChaosWorld, sessionId: string): Promise<Log> {
  const [rows, leases] = await persist(() =>
    Promise.all([
      sql<Row[]>`
        select seq, seq_to, event_type, data -> 'message' as message from public.session_events
        where session_id = ${sessionId} and message_id is not null order by seq`,
      sql<{ last_seq: string; epoch: string }[]>`
        select last_seq, epoch from private.leases where session_id = ${sessionId}`,
    ])
  );
  const messages = new Map<string, LoggedMessage>();
  for (const { seq, seq_to, message } of rows) {
    const first = messages.get(message.id)?.seq ?? Number(seq);
    messages.set(message.id, { message, seq: first, seqTo: Number(seq_to) });
  }
  return {
    messages: [...messages.values()].toSorted((left, right) => left.seq - right.seq),
    questionIds: rows.filter(({ event_type }) => event_type === "user_message").map(({ message }) =>
      message.id
    ),
    lastSeq: Number(leases[0]?.last_seq ?? 0),
    epoch: Number(leases[0]?.epoch ?? 0),
  };
}
