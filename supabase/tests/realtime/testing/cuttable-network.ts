/** A way to the target that can be cut, with no word to either side. */

export interface CuttableNetwork extends Disposable {
  /** In place of the target's. */
  readonly apiUrl: string;
  cut(): void;
}

export function openCuttableNetwork(target: string): CuttableNetwork {
  const { hostname, port } = new URL(target);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections = new Set<Deno.Conn>();

  function cut(): void {
    for (const connection of connections) close(connection);
    connections.clear();
  }

  void (async () => {
    for await (const near of listener) {
      const far = await Deno.connect({ hostname, port: Number(port) });
      for (const connection of [near, far]) connections.add(connection);
      // Both fail when the network is cut, which is the purpose.
      near.readable.pipeTo(far.writable).catch(() => {});
      far.readable.pipeTo(near.writable).catch(() => {});
    }
  })();
  return {
    apiUrl: `http://127.0.0.1:${listener.addr.port}`,
    cut,
    [Symbol.dispose]() {
      listener.close();
      cut();
    },
  };
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error; // its end has closed it already
  }
}
