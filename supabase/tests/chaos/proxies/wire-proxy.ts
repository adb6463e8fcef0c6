/** Stands between the clients and the gateways, byte by byte, so that the network in between can break. */

export interface WireProxy extends AsyncDisposable {
  readonly url: string;
  /** How many connections pass through now. */
  readonly size: number;
  /** Breaks one connection without a goodbye. */
  drop(index: number): boolean;
}

/** `upstreams` take the connections in turn. */
export function startWireProxy(upstreams: readonly string[]): WireProxy {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const lines = new Set<Deno.Conn>();
  let count = 0;

  async function carry(client: Deno.Conn): Promise<void> {
    const { hostname, port } = new URL(upstreams[count++ % upstreams.length] ?? "");
    let server: Deno.Conn;
    try {
      server = await Deno.connect({ hostname, port: Number(port) });
    } catch {
      return close(client);
    }
    lines.add(client);
    // Whichever side ends first takes the other along.
    await Promise.race([copy(client, server), copy(server, client)]);
    lines.delete(client);
    close(client);
    close(server);
  }

  (async () => {
    for await (const client of listener) void carry(client);
  })();

  return {
    url: `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`,
    get size() {
      return lines.size;
    },
    drop(index) {
      const line = [...lines][index];
      if (line) close(line);
      return line !== undefined;
    },
    [Symbol.asyncDispose]() {
      listener.close();
      for (const line of lines) close(line);
      return Promise.resolve();
    },
  };
}

async function copy(from: Deno.Conn, to: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(32 * 1024);
  try {
    for (;;) {
      const size = await from.read(buffer);
      if (size === null) return;
      for (let start = 0; start < size;) start += await to.write(buffer.subarray(start, size));
    }
  } catch {
    // The line was dropped.
  }
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // It is closed already.
  }
}
