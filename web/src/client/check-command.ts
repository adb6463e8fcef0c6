/** What a server would refuse in every state: told here, for a frame above its limit would cost the connection, each time it is sent again. */
import {
  type DurableCommand,
  MAX_FRAME_BYTES,
  parseCommand,
  toWireError,
  type WireError,
} from "./protocol.ts";

/** The server's own error, or `null` when the command can be sent. */
export function checkCommand(command: DurableCommand): WireError | null {
  const commandId = command.id;
  const text = JSON.stringify(command);
  const parsed = parseCommand(text);
  if (!parsed.ok) return { ...parsed.error, commandId };
  const isTooBig = new TextEncoder().encode(text).length > MAX_FRAME_BYTES;
  return isTooBig ? toWireError("frame_too_big", { commandId }) : null;
}
