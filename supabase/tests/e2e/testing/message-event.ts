/** A user's message as the session function would write it to the log. */
export function createMessageEvent(seq: number) {
  const text = `Message ${seq}`;
  const message = { id: crypto.randomUUID(), role: "user", metadata: {}, parts: [{ type: "text", text }] };
  return { seq, eventType: "user_message", role: "user", content: text, data: { message } };
}
