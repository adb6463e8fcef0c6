/** Sends a listener `session.ready` and everything after its cursor, from the log, no faster than it reads. */
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
  const page = await ports.store.readLog({ sessionId, ...(cursor ? { cursor } : { afterSeq: 0 }) });
  // A leader may have said more than is durable; a client that holds it gets it no second time (K3).
  const heldSeq = page.resume.kind === "replay" ? cursor?.seq ?? 0 : 0;
  listener.send(toReady(page, { sessionId, cursor, mode: ports.model.mode }));
  if (!listener.wantsHistory) return page.lastSeq;
  return Math.max(await sendPages(ports, { sessionId, listener, page }), heldSeq);
}

/** Goes on with a replay after what it has sent. Returns the last seq that the listener holds afterwards. @throws StoreError */
export async function replayMore(
  ports: SessionPorts,
  { sessionId, listener, afterSeq }: { sessionId: string; listener: Listener; afterSeq: number },
): Promise<number> {
  const page = await ports.store.readLog({ sessionId, afterSeq });
  if (!listener.wantsHistory) return page.lastSeq;
  return Math.max(await sendPages(ports, { sessionId, listener, page }), afterSeq);
}

async function sendPages(
  { store }: SessionPorts,
  { sessionId, listener, page }: { sessionId: string; listener: Listener; page: LogPage },
): Promise<number> {
  for (let current = page;;) {
    for (const item of current.items) {
      if (!await listener.hasRoom()) return current.lastSeq;
      listener.send(toLogFrame(item, current).frame);
    }
    if (current.nextSeq === null) return current.lastSeq;
    if (!await listener.hasRoom()) return current.lastSeq;
    current = await store.readLog({ sessionId, afterSeq: current.nextSeq });
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
