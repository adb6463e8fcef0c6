/** A door that only the database's triggers and sweep come in by: they name a session, and nobody waits for the work. */
import { z } from "zod";
import { isSameSecret } from "./is-same-secret.ts";

export interface ServeKickPorts {
  /** Logged with the outcome; `<event>_failed` when the work fails. */
  event: string;
  /** What the caller has to know; `value` is `undefined` when the variable is not set. */
  secret: { variable: string; value: string | undefined };
  work(sessionId: string): Promise<unknown>;
  waitUntil(promise: Promise<unknown>): void;
  log(event: string, facts?: Record<string, unknown>): void;
}

export const SECRET_HEADER = "x-parley-secret";

const bodySchema = z.strictObject({ session_id: z.guid() });

/** Answers 202 before the work begins: pg_net gives up after five seconds. */
export async function serveKick(request: Request, ports: ServeKickPorts): Promise<Response> {
  const { event, secret, log } = ports;
  if (request.method !== "POST") {
    return Response.json({ error: "Use POST." }, { status: 405, headers: { allow: "POST" } });
  }
  if (!secret.value) {
    const { variable } = secret;
    log(`${event}_not_configured`, {
      fix: `Set ${variable} to the value of ${variable.toLowerCase()} in Vault`,
    });
    return Response.json({ error: "The function is not configured." }, { status: 503 });
  }
  if (!await isSameSecret(request.headers.get(SECRET_HEADER) ?? "", secret.value)) {
    return Response.json({ error: "Not allowed." }, { status: 401 });
  }
  const body = bodySchema.safeParse(await readJson(request));
  if (!body.success) {
    return Response.json({ error: 'The body must be {"session_id": "<uuid>"}.' }, { status: 400 });
  }
  const { session_id: sessionId } = body.data;
  const work = ports.work(sessionId).then(
    (outcome) => log(event, { sessionId, outcome }),
    (error) => log(`${event}_failed`, { sessionId, error: String(error) }),
  );
  ports.waitUntil(work);
  return Response.json({ accepted: true }, { status: 202 });
}

async function readJson(request: Request): Promise<unknown> {
  try {
    return await request.json();
  } catch {
    return undefined;
  }
}
