/** Answers on a WebSocket; `?hold` keeps the worker for it; every event of the platform is said and logged. */

declare const EdgeRuntime: { waitUntil<T>(promise: Promise<T>): Promise<T> };

const sockets = new Set<WebSocket>();

for (const type of ["drain", "beforeunload", "unload"]) {
  addEventListener(type, (event) => {
    const detail = (event as CustomEvent<string>).detail;
    console.log(`event ${type}${detail ? ` ${detail}` : ""}`);
    for (const socket of sockets) {
      if (type === "unload") continue;
      socket.send(type);
      if (type === "beforeunload") socket.close(1012, "restarting");
    }
  });
}

export default {
  fetch(request: Request): Response {
    if (request.headers.get("upgrade") !== "websocket") return new Response("no socket", { status: 426 });
    const url = new URL(request.url);
    if (url.searchParams.has("crash")) Deno.exit(9);
    if (url.searchParams.has("refuse")) return Response.json({ refused: true }, { status: 400 });
    const offered = request.headers.get("sec-websocket-protocol")?.split(", ") ?? [];
    const protocol = offered[0];
    const { socket, response } = Deno.upgradeWebSocket(request, protocol ? { protocol } : {});
    const closed = Promise.withResolvers<void>();
    if (url.searchParams.has("hold")) EdgeRuntime.waitUntil(closed.promise);
    socket.onopen = () => {
      sockets.add(socket);
      socket.send(JSON.stringify({ path: url.pathname + url.search, offered, pid: Deno.pid }));
    };
    socket.onmessage = ({ data }) => {
      if (data.startsWith("close ")) socket.close(Number(data.slice(6)), "asked");
      else socket.send(data);
    };
    socket.onclose = ({ code }) => {
      sockets.delete(socket);
      console.log(`socket closed with ${code}`);
      closed.resolve();
    };
    return response;
  },
};
