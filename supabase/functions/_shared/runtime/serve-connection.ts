/** From an upgrade request to a connection: the only place that touches the platform's WebSocket. */
import { logError } from "../base/log-error.ts";
import type { VerifyToken } from "../auth/verify-token.ts";
import { Connection, type ConnectionPorts } from "../connection/connection.ts";
import { parleyProfile } from "../connection/parley-profile.ts";
import { createPlainProfile } from "../connection/plain-profile.ts";
import type { Profile } from "../connection/profile.ts";
import { readUpgrade, type Upgrade } from "../connection/read-upgrade.ts";
import { CLOSE_CODES, type ErrorCode, type Frame, PROTOCOL_VERSION, toWireError } from "../protocol/mod.ts";
import type { Credentials } from "../session/listener.ts";
import { PlatformSocket } from "./platform-socket.ts";

export interface ServePorts extends ConnectionPorts {
  createId(): string;
  waitUntil(promise: Promise<unknown>): void;
}

type Admission = { ok: true; credentials: Credentials } | {
  ok: false;
  code: ErrorCode;
};

/** Answers an upgrade request. Everything that can fail or wait comes before the upgrade. */
export async function serveConnection(
  request: Request,
  ports: ServePorts,
): Promise<Response> {
  const upgrade = readUpgrade(request);
  if (upgrade.outcome === "refused") return upgrade.response;
  const admission = await admit(upgrade.accessToken, ports.verifyToken);
  const { socket, response } = Deno.upgradeWebSocket(
    request,
    upgrade.isPlain ? {} : { protocol: PROTOCOL_VERSION },
  );
  bind(socket, { upgrade, admission, ports });
  return response;
}

async function admit(
  accessToken: string | null,
  verifyToken: VerifyToken,
): Promise<Admission> {
  if (accessToken === null) return { ok: false, code: "unauthorized" };
  try {
    return await verifyToken(accessToken);
  } catch (error) {
    logError("verify_failed", { error });
    return { ok: false, code: "overloaded" };
  }
}

interface Binding {
  upgrade: Extract<Upgrade, { outcome: "accepted" }>;
  admission: Admission;
  ports: ServePorts;
}

function bind(socket: WebSocket, { upgrade, admission, ports }: Binding): void {
  const profile = upgrade.isPlain ? createPlainProfile(ports) : parleyProfile;
  const closed = Promise.withResolvers<void>();
  let connection: Connection | null = null;
  ports.waitUntil(closed.promise);

  socket.onopen = () => {
    if (!admission.ok) return refuse(socket, { profile, code: admission.code });
    const { sessionId, cursor } = upgrade;
    const { credentials } = admission;
    const start = {
      connectionId: ports.createId(),
      sessionId,
      cursor,
      credentials,
      profile,
      socket: new PlatformSocket(socket),
    };
    connection = new Connection(start, ports);
    closed.resolve(connection.left.catch((error) => logError("detach_failed", { error })));
  };
  socket.onmessage = (event) => connection?.receive(event.data);
  // A close event always follows an error.
  socket.onerror = () => {};
  socket.onclose = (event) => {
    if (connection) void connection.gone(event.code);
    else closed.resolve();
  };
}

/** Browsers show a page nothing of a refused handshake, so the socket opens, says why, and closes. */
function refuse(
  socket: WebSocket,
  { profile, code }: { profile: Profile; code: ErrorCode },
): void {
  const { code: closeCode, meaning } = CLOSE_CODES[code === "overloaded" ? "overloaded" : "unauthorized"];
  const frames: Frame[] = [
    { type: "error", error: toWireError(code) },
    { type: "connection.closing", code: closeCode, reason: meaning },
  ];
  for (const text of frames.flatMap(profile.encode)) socket.send(text);
  socket.close(closeCode, meaning);
}
