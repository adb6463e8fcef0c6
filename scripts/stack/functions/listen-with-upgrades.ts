/**
 * Makes an HTTP server listen so that both ends of a WebSocket learn when the other is gone.
 *
 * The `node:http` server of Deno 2.1 hands out upgraded sockets that never see the client's end and never close
 * towards it. So connections are accepted here: those that ask for an upgrade are given to the server's `upgrade`
 * listeners as plain TCP sockets, everything else is piped to the server on a port of its own.
 */

import { Buffer } from "node:buffer";
import { once } from "node:events";
import type { Server } from "node:http";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { findHeadEnd, isUpgradeHead, parseUpgradeRequest } from "./upgrade-head.ts";

export interface Listening {
  readonly port: number;
  /** Ends every connection. */
  close(): Promise<void>;
}

const MAX_HEAD_BYTES = 64 * 1024;
/** A client that does not finish its request head is dropped after this. */
const HEAD_TIMEOUT_MS = 10_000;
/** Deno 2.1 stops accepting when it has accepted as many connections, ever, as the backlog says. */
const MAX_ACCEPTED = 1_000_000_000;

export async function listenWithUpgrades(
  server: Server,
  address: { hostname: string; port: number },
): Promise<Listening> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const innerPort = (server.address() as AddressInfo).port;
  const sockets = new Set<Socket>();

  const door = createServer((socket) => {
    track(socket);
    readHead(socket).then(
      (bytes) => {
        if (isUpgradeHead(bytes)) passUpgrade(socket, bytes);
        else passThrough(socket, bytes);
      },
      () => socket.destroy(),
    );
  });

  function track(socket: Socket): void {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => socket.destroy()); // the other side left in a hurry
    socket.on("close", () => sockets.delete(socket));
  }

  function passUpgrade(socket: Socket, bytes: Buffer): void {
    const headEnd = findHeadEnd(bytes);
    const request = parseUpgradeRequest(bytes.subarray(0, headEnd), socket);
    if (!server.emit("upgrade", request, socket, bytes.subarray(headEnd))) socket.destroy();
  }

  function passThrough(socket: Socket, bytes: Buffer): void {
    const inner = connect(innerPort, "127.0.0.1");
    track(inner);
    socket.on("close", () => inner.destroy());
    inner.on("close", () => socket.destroy());
    inner.write(bytes);
    socket.pipe(inner).pipe(socket);
  }

  door.listen({ port: address.port, host: address.hostname, backlog: MAX_ACCEPTED });
  await once(door, "listening").catch((error) => {
    server.close();
    throw error;
  });
  return {
    port: (door.address() as AddressInfo).port,
    async close() {
      // Not awaited: Deno 2.1 does not call back when a connection was cut off before.
      door.close();
      const closed = [...sockets].map((socket) => once(socket, "close"));
      for (const socket of sockets) socket.destroy();
      await Promise.all(closed);
      await new Promise((resolve) => server.close(resolve));
      await new Promise((resolve) => setTimeout(resolve)); // after the one that door.close() has set
    },
  };
}

/** The first bytes of a connection, at least one whole request head. */
async function readHead(socket: Socket): Promise<Buffer> {
  const head = Promise.withResolvers<Buffer>();
  let bytes = Buffer.alloc(0);

  function collect(): void {
    // Read rather than listened for: in Deno 2.1 a stream that was flowing and paused again tears long messages.
    for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) {
      bytes = Buffer.concat([bytes, chunk]);
    }
    if (findHeadEnd(bytes) !== -1) head.resolve(bytes);
    else if (bytes.length > MAX_HEAD_BYTES) head.reject(new Error("The request head is too long"));
  }
  function leave(): void {
    head.reject(new Error("The client left"));
  }

  const timer = setTimeout(leave, HEAD_TIMEOUT_MS);
  socket.on("readable", collect);
  socket.on("close", leave);
  try {
    return await head.promise;
  } finally {
    clearTimeout(timer);
    socket.off("readable", collect);
    socket.off("close", leave);
  }
}
