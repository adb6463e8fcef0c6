/** Decides about an upgrade request before anything is upgraded: after that nothing may throw. */
import { type Cursor, parseCursor, parseSubprotocols, PROTOCOL_VERSION } from "../protocol/mod.ts";

export type Upgrade =
  | { outcome: "refused"; response: Response }
  | {
    outcome: "accepted";
    sessionId: string;
    cursor: Cursor | null;
    isPlain: boolean;
    accessToken: string | null;
  };

const SESSION_PATH = /^\/session\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\/?$/i;

export function readUpgrade(request: Request): Upgrade {
  const { pathname, searchParams } = new URL(request.url);
  if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
    return refused(426, "upgrade_required", "Open a WebSocket at /functions/v1/session/{session_id}.");
  }
  const sessionId = SESSION_PATH.exec(pathname)?.[1]?.toLowerCase();
  if (!sessionId) {
    return refused(400, "invalid_session_id", "The path must be /session/{session_id}, and the id a UUID.");
  }

  const after = searchParams.get("after");
  const cursor = after === null ? null : parseCursor(after);
  if (after !== null && cursor === null) {
    return refused(400, "invalid_cursor", "The parameter after must be {epoch}.{seq}.");
  }

  const header = request.headers.get("sec-websocket-protocol");
  const offered = parseSubprotocols(header);
  if (offered.profile === "unsupported") {
    return refused(400, "unsupported_subprotocol", `Offer the subprotocol ${PROTOCOL_VERSION}, or none.`);
  }
  // The runtime splits the header at ", " only, and could not echo one of several joined by bare commas.
  if (header !== null && /,\S/.test(header)) {
    const way = `Offer ${PROTOCOL_VERSION} alone and send the token as "Authorization: Bearer <token>".`;
    return refused(
      400,
      "unsupported_subprotocol",
      `This client joins subprotocols in a way the runtime cannot answer. ${way}`,
    );
  }
  const isPlain = offered.profile === "plain";
  const accessToken = (isPlain ? null : offered.accessToken) ?? bearerOf(request);
  return { outcome: "accepted", sessionId, cursor, isPlain, accessToken };
}

function bearerOf(request: Request): string | null {
  return /^Bearer\s+(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? null;
}

function refused(status: number, code: string, message: string): Upgrade {
  const headers = status === 426 ? { upgrade: "websocket" } : undefined;
  return { outcome: "refused", response: Response.json({ error: { code, message } }, { status, headers }) };
}
