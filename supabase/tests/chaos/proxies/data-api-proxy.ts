/** Stands between the functions and the Data API, which know nothing of it: `SUPABASE_URL` leads here. */
import { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Trouble } from "./trouble.ts";

export interface DataApiProxy extends AsyncDisposable {
  readonly url: string;
}

export interface DataApiProxyOptions {
  /** Asked at each call, since the stack starts after its proxy. */
  upstream(): string;
  /** Decides about a call by its path. */
  choose(path: string): Trouble;
}

/** Deno 2.1 stops accepting when it has accepted as many connections, ever, as the backlog says. */
const MAX_ACCEPTED = 1_000_000_000;

export async function startDataApiProxy({ upstream, choose }: DataApiProxyOptions): Promise<DataApiProxy> {
  const client = Deno.createHttpClient({});

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "/";
    const trouble = choose(path);
    const body = await readBody(request);
    if (trouble.kind === "refused") return void request.socket.destroy();
    if (trouble.kind === "late") await pause(trouble.beforeMs);
    const headers = new Headers(
      Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]),
    );
    for (const name of ["host", "connection", "content-length"]) headers.delete(name);
    const method = request.method ?? "GET";
    const hasBody = method !== "GET" && method !== "HEAD";
    const answer = await fetch(`${upstream()}${path}`, {
      method,
      headers,
      client,
      ...(hasBody ? { body } : {}),
    });
    const content = new Uint8Array(await answer.arrayBuffer());
    if (trouble.kind === "hung") return;
    if (trouble.kind === "cut") return void request.socket.destroy();
    if (trouble.kind === "late") await pause(trouble.afterMs);
    const kept = Object.fromEntries(answer.headers);
    for (const name of ["transfer-encoding", "connection", "content-encoding"]) delete kept[name];
    response.writeHead(answer.status, { ...kept, "content-length": content.length });
    response.end(content);
  }

  const server = createServer((request, response) => {
    pass(request, response).catch(() => request.socket.destroy());
  });
  const address = { host: "127.0.0.1", port: 0, backlog: MAX_ACCEPTED };
  await new Promise<void>((resolve) => server.listen(address, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      client.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function readBody(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
