/** Picks and checks TCP ports of the loopback interface. */

const HOSTNAME = "127.0.0.1";

/** A port that nobody listens on now; another process may take it before it is used. */
export function findFreePort(): number {
  const listener = Deno.listen({ hostname: HOSTNAME, port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

/** Whether a server could listen on `port`. */
export function isPortFree(port: number): boolean {
  try {
    Deno.listen({ hostname: HOSTNAME, port }).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return false;
    throw error;
  }
}
