/** Sends a listener `session.ready` and everything after its cursor, from the log, no faster than it reads. */
import type { Cursor, Frame } from "../protocol/mod.ts";
import type { LogPage } from "../store/session-store.ts";
import type { Listener } from "./listener.ts";
import type { SessionPorts } from "./session-ports.ts";
import { toLogFrames } from "./to-log-frames.ts";

export interface Replay {
  sessionId: string;
  listener: Listener;
  cursor: Cursor | null;
}

/** What the listener holds afterwards, and by which epoch its cursor was judged. */
export interface Replayed {
  replayedSeq: number;
  epoch?: number;
}

/** Sends `session.ready`. What it returns sends the rest, which takes as long as a slow reader does. @throws StoreError */
export async function beginReplay(
  ports: SessionPorts,
  { sessionId, listener, cursor }: Replay,
): Promise<() => Promise<Replayed>> {
  const page = await ports.store.readLog({ sessionId, ...(cursor ? { cursor } : { afterSeq: 0 }) });
  const { epoch, resume, lastSeq } = page;
  // A leader may have said more than is durable; a client that holds it gets it no second time (K3).
  const heldSeq = resume.kind === "replay" ? cursor?.seq ?? 0 : 0;
  listener.send(toReady(page, { sessionId, cursor, mode: ports.model.mode }));
  return async () => {
    if (!listener.wantsHistory) return { replayedSeq: lastSeq, epoch };
    const afterSeq = resume.kind === "rewind" ? resume.rewindTo : heldSeq;
    const sentSeq = await sendPages(ports, { sessionId, listener, page, afterSeq });
    return { replayedSeq: Math.max(sentSeq, heldSeq), epoch };
  };
}

/** Goes on with a replay after what it has sent. @throws StoreError */
export async function replayMore(
  ports: SessionPorts,
  { sessionId, listener, afterSeq }: { sessionId: string; listener: Listener; afterSeq: number },
): Promise<Replayed> {
  const page = await ports.store.readLog({ sessionId, afterSeq });
  if (!listener.wantsHistory) return { replayedSeq: page.lastSeq };
  const sentSeq = await sendPages(ports, { sessionId, listener, page, afterSeq });
  return { replayedSeq: Math.max(sentSeq, afterSeq) };
}

async function sendPages(
  { store }: SessionPorts,
  { sessionId, listener, page, afterSeq }: {
    sessionId: string;
    listener: Listener;
    page: LogPage;
    afterSeq: number;
  },
): Promise<number> {
  for (let current = page, reachedSeq = afterSeq;;) {
    for (const { frame } of toLogFrames(current, reachedSeq)) {
      if (!await listener.hasRoom()) return current.lastSeq;
      listener.send(frame);
    }
    if (current.nextSeq === null) return current.lastSeq;
    if (!await listener.hasRoom()) return current.lastSeq;
    reachedSeq = current.nextSeq;
    current = await store.readLog({ sessionId, afterSeq: reachedSeq });
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
  const { epoch, lastSeq, activeTurn, title, status, items } = page;
  const kind = cursor ? page.resume.kind : "snapshot";
  // Where retention has removed all of it, no item tells that the replay is over.
  const isEmpty = items.length === 0 && lastSeq > 0;
  const resume = kind === "snapshot" ? { kind, ...(isEmpty ? { isEmpty } : {}) } : page.resume;
  return { type: "session.ready", sessionId, epoch, seq: lastSeq, mode, resume, activeTurn, title, status };
}
