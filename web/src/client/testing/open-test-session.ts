/** A session client on a fake socket, a fake clock and counted ids. */
import { openSession, type OpenSessionOptions } from "../open-session.ts";
import type { EnvironmentSignal } from "../ports.ts";
import type { SessionState } from "../session-state.ts";
import { FakeClock, settle } from "./fake-clock.ts";
import { fakeSockets } from "./fake-socket.ts";
import { SESSION_ID } from "./frames.ts";

export async function openTestSession(options: Partial<OpenSessionOptions> = {}) {
  const clock = new FakeClock();
  const { WebSocket, sockets } = fakeSockets();
  const tokenRequests: { forceRefresh: boolean }[] = [];
  let signal: (signal: EnvironmentSignal) => void = () => {};
  let idCount = 0;
  const session = openSession({
    url: "http://127.0.0.1:54321/functions/v1/session",
    sessionId: SESSION_ID,
    getAccessToken(request) {
      tokenRequests.push(request);
      return Promise.resolve(`token-${tokenRequests.length}`);
    },
    WebSocket,
    clock,
    random: () => 0.5,
    createId: () => `00000000-0000-4000-8000-${String(++idCount).padStart(12, "0")}`,
    observeEnvironment(listener) {
      signal = listener;
      return () => {};
    },
    ...options,
  });
  const seen: SessionState[] = [];
  session.subscribe(() => seen.push(session.state));
  await settle();
  return {
    session,
    clock,
    sockets,
    tokenRequests,
    seen,
    signal: (value: EnvironmentSignal) => signal(value),
    /** The newest socket. */
    get socket() {
      const socket = sockets.at(-1);
      if (!socket) throw new Error("No socket was opened");
      return socket;
    },
  };
}
