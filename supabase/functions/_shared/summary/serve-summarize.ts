/** The door of the summarize function: only the database's trigger and sweep come in, and nobody waits for the model. */
import { z } from "zod";
import { isSameSecret } from "./is-same-secret.ts";

export interface ServeSummarizePorts {
  /** What the caller has to know; `undefined` when SUMMARIZE_SECRET is not set. */
  secret: string | undefined;
  summarize(sessionId: string): Promise<unknown>;
  waitUntil(promise: Promise<unknown>): void;
  log(event: string, facts?: Record<string, unknown>): void;
}

export const SECRET_HEADER = "x-parley-secret";

const bodySchema = z.strictObject({ session_id: z.guid() });

/** Answers 202 before the work begins: pg_net gives up after five seconds. */
export async function serveSummarize(request: Request, ports: ServeSummarizePorts): Promise<Response> {
  if (request.method !== "POST") {
    return Response.json({ error: "Use POST." }, { status: 405, headers: { allow: "POST" } });
  }
  if (!ports.secret) {
    ports.log("summarize_secret_missing", {
      fix: "Set SUMMARIZE_SECRET to the value of summarize_secret in Vault",
    });
    return Response.json({ error: "The function is not configured." }, { status: 503 });
  }
  if (!await isSameSecret(request.headers.get(SECRET_HEADER) ?? "", ports.secret)) {
    return Response.json({ error: "Not allowed." }, { status: 401 });
  }
  const body = bodySchema.safeParse(await readJson(request));
  if (!body.success) {
    return Response.json({ error: 'The body must be {"session_id": "<uuid>"}.' }, { status: 400 });
  }
  const { session_id: sessionId } = body.data;
  const work = ports.summarize(sessionId).then(
    (outcome) => ports.log("summary", { sessionId, outcome }),
    (error) => ports.log("summary_failed", { sessionId, error: String(error) }),
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
