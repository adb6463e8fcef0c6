/** Stands between a page and its sessions: commands may be held back there, and refused. */
import type { Page, WebSocketRoute } from "playwright-core";
import { type CommandInput, type ErrorCode, toWireError } from "../../../functions/_shared/protocol/mod.ts";

export interface CommandGate {
  /** Everything the page has sent. */
  readonly sent: readonly CommandInput[];
  /** Keeps the next command of this type from the server. */
  hold(type: CommandInput["type"]): void;
  /** Refuses the command that is held, once there is one. */
  refuse(code: ErrorCode): Promise<void>;
}

interface HeldCommand {
  socket: WebSocketRoute;
  commandId: string;
}

/** Only connections made from now on pass the gate. */
export async function gateCommands(page: Page): Promise<CommandGate> {
  const sent: CommandInput[] = [];
  let heldType: CommandInput["type"] | null = null;
  let held = Promise.withResolvers<HeldCommand>();
  await page.routeWebSocket(/functions/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((text) => {
      const command: CommandInput = JSON.parse(String(text));
      sent.push(command);
      if (command.type !== heldType || !("id" in command)) return server.send(text);
      heldType = null;
      held.resolve({ socket, commandId: command.id });
    });
  });
  return {
    sent,
    hold(type) {
      heldType = type;
      held = Promise.withResolvers();
    },
    async refuse(code) {
      const { socket, commandId } = await held.promise;
      socket.send(JSON.stringify({ type: "error", error: toWireError(code, { commandId }) }));
    },
  };
}
