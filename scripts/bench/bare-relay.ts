/**
 * The least a relay can do: a WebSocket in, a provider's stream out as one frame a token. No sessions, no storage, no
 * resume. What Parley costs is told against it.
 */
import { reportLine } from "./child-line.ts";
import { readEvents } from "./read-events.ts";

const { baseUrl } = JSON.parse(Deno.args[0] ?? "{}") as { baseUrl: string };

async function relay(prompt: string, socket: WebSocket): Promise<void> {
  const response = await fetch(`${baseUrl}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: "Bearer bench" },
    body: JSON.stringify({ model: "bench", stream: true, messages: [{ role: "user", content: prompt }] }),
  });
  if (!response.body) throw new Error("Cannot relay: the provider sent no body");
  let rest = "";
  await readEvents(response.body, (text) => {
    const events = (rest + text).split("\n\n");
    rest = events.pop() ?? "";
    for (const event of events) speak(event, socket);
  });
  socket.send(JSON.stringify({ type: "finish" }));
}

function speak(event: string, socket: WebSocket): void {
  const data = event.slice("data: ".length);
  if (data === "[DONE]") return;
  const delta = JSON.parse(data).choices[0]?.delta?.content;
  if (delta) socket.send(JSON.stringify({ type: "text-delta", id: "1", delta }));
}

const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
  const { socket, response } = Deno.upgradeWebSocket(request);
  socket.onmessage = ({ data }) => void relay(String(data), socket);
  return response;
});
reportLine({ port: server.addr.port });
