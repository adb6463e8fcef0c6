/** A WebSocket client whose messages and end can be awaited. */

export interface OpenSocket {
  readonly socket: WebSocket;
  readonly messages: string[];
  readonly opened: Promise<void>;
  readonly closed: Promise<{ code: number; reason: string; wasClean: boolean }>;
}

export function openSocket(url: string, protocols: string[] = []): OpenSocket {
  const socket = new WebSocket(url, protocols);
  const messages: string[] = [];
  const opened = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<{ code: number; reason: string; wasClean: boolean }>();
  opened.promise.catch(() => {});
  socket.onopen = () => opened.resolve();
  socket.onmessage = (event) => messages.push(event.data);
  socket.onclose = ({ code, reason, wasClean }) => {
    opened.reject(new Error(`The socket closed with ${code}`));
    closed.resolve({ code, reason, wasClean });
  };
  return { socket, messages, opened: opened.promise, closed: closed.promise };
}
