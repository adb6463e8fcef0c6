/** One stream of a load process: a socket or a request that answers one order. */
import type { LoadTarget } from "./load-job.ts";
import { readEvents } from "./read-events.ts";

export interface OpenStream {
  /** Asks once; `onText` hears every piece. Resolves at the end of the answer. */
  ask(prompt: string, onText: (text: string) => void): Promise<void>;
}

const FINISHED = '"type":"finish"';

export async function openStream(target: LoadTarget, index: number): Promise<OpenStream> {
  switch (target.kind) {
    case "provider":
      return { ask: (prompt, onText) => askProvider(target.baseUrl, { prompt, onText }) };
    case "bare": {
      const socket = await openSocket(`ws://127.0.0.1:${target.port}`, { protocols: [] });
      return { ask: (prompt, onText) => askSocket(socket, { text: prompt, onText }) };
    }
    case "parley": {
      const { url, accessTokens } = target;
      const protocols = ["parley.v1", `jwt-${accessTokens[index % accessTokens.length]}`];
      const socket = await openSocket(`${url}/${crypto.randomUUID()}`, {
        protocols,
        until: '"type":"session.ready"',
      });
      const toCommand = (text: string) =>
        JSON.stringify({ type: "message.create", id: crypto.randomUUID(), text, onBusy: "queue" });
      return { ask: (prompt, onText) => askSocket(socket, { text: toCommand(prompt), onText }) };
    }
  }
}

async function askProvider(
  baseUrl: string,
  { prompt, onText }: { prompt: string; onText: (text: string) => void },
): Promise<void> {
  const response = await fetch(`${baseUrl}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: "Bearer bench" },
    body: JSON.stringify({ model: "bench", stream: true, messages: [{ role: "user", content: prompt }] }),
  });
  if (!response.body) throw new Error("Cannot read the provider: it sent no body");
  await readEvents(response.body, onText);
}

function openSocket(
  url: string,
  { protocols, until }: { protocols: string[]; until?: string },
): Promise<WebSocket> {
  const opened = Promise.withResolvers<WebSocket>();
  const socket = new WebSocket(url, protocols);
  socket.onopen = () => until ?? opened.resolve(socket);
  socket.onmessage = ({ data }) =>
    until !== undefined && String(data).includes(until) && opened.resolve(socket);
  socket.onclose = ({ code }) => opened.reject(new Error(`Cannot open ${url}: closed with ${code}`));
  return opened.promise;
}

function askSocket(
  socket: WebSocket,
  { text, onText }: { text: string; onText: (text: string) => void },
): Promise<void> {
  const ended = Promise.withResolvers<void>();
  socket.onmessage = ({ data }) => {
    onText(data);
    if (data.includes(FINISHED)) ended.resolve();
  };
  socket.onclose = ({ code }) => ended.reject(new Error(`Cannot read on: the socket closed with ${code}`));
  socket.send(text);
  return ended.promise;
}
