/** Sends a listener `session.ready` and everything after its cursor, from the log. */
import type { Cursor, Frame } from "../protocol/mod.ts";
import type { LogPage } from "../store/session-store.ts";
import type { Listener } from "./listener.ts";
import type { SessionPorts } from "./session-ports.ts";
import { toLogFrame } from "./to-log-frame.ts";

export interface Replay {
  sessionId: string;
  listener: Listener;
  cursor: Cursor | null;
}

/** Returns the last seq that the listener holds afterwards. @throws StoreError */
export async function replay(ports: SessionPorts, { sessionId, listener, cursor }: Replay): Promise<number> {
  let page = await ports.store.readLog({ sessionId, ...(cursor ? { cursor } : { afterSeq: 0 }) });
  // A leader may have said more than is durable; a client that holds it gets it no second time (K3).
  const heldSeq = page.resume.kind === "replay" ? cursor?.seq ?? 0 : 0;
  listener.send(toReady(page, { sessionId, cursor, mode: ports.model.mode }));
  if (!listener.wantsHistory) return page.lastSeq;
  for (;;) {
    for (const item of page.items) listener.send(toLogFrame(item, page).frame);
    if (page.nextSeq === null) return Math.max(page.lastSeq, heldSeq);
    page = await ports.store.readLog({ sessionId, afterSeq: page.nextSeq });
  }
}

function toReady(
  page: LogPage,
  { sessionId, cursor, mode }: {
    sessionId: string;
    cursor: Cursor | null;
    mode: SessionPorts["model"]["mode"];
  },
): Frame {
  const { epoch, lastSeq, activeTurn, title, status } = page;
  const resume = cursor ? page.resume : { kind: "snapshot" } as const;
  return { type: "session.ready", sessionId, epoch, seq: lastSeq, mode, resume, activeTurn, title, status };
}
