/** What a log, or a view of it, tells: to compare the one with the other. */
import { type Message, textOf } from "../../../functions/_shared/protocol/mod.ts";
import type { SessionState } from "../../../../web/src/client/mod.ts";
import type { Target } from "./target.ts";
import { openAdmin } from "./user.ts";

/** The messages of the log, as they are stored. */
export async function logOf(target: Target, sessionId: string): Promise<Told[]> {
  const { data, error } = await openAdmin(target).from("session_events").select("seq, data")
    .eq("session_id", sessionId).in("event_type", ["user_message", "assistant_message"]).order("seq");
  if (error) throw error;
  const messages = data.map((row) => toTold((row.data as unknown as { message: Message }).message));
  // An answer that waited is stored again when it goes on, under its id: a map keeps its first place, and its last text.
  return [...new Map(messages.map((message) => [message.id, message])).values()];
}

export interface Told {
  id: string;
  role: string;
  text: string;
  status: string | undefined;
}

function toTold(message: Message): Told {
  const { id, role, metadata } = message;
  return { id, role, text: textOf(message), status: metadata?.status };
}

export function told({ messages }: SessionState): Told[] {
  return messages.map(toTold);
}
