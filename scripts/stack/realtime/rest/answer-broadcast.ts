/** Broadcasts over HTTP: a batch, or a single one whose topic and event are in the path. */

import { identify, type Identity, TokenError } from "../authorization/identity.ts";
import { PolicyError } from "../authorization/judge-topic.ts";
import type { Services } from "../services.ts";
import { readBatch } from "./read-batch.ts";
import { readSingle, SINGLE_PATH } from "./read-single.ts";
import { RequestError } from "./request-error.ts";
import type { OutgoingBroadcast } from "./outgoing-broadcast.ts";

const BATCH_PATH = "/realtime/v1/api/broadcast";

export async function answerBroadcast(services: Services, request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const isSingle = SINGLE_PATH.test(pathname);
  if (pathname === "/realtime/v1/websocket") {
    return Response.json({ error: "Expected a WebSocket upgrade" }, { status: 400 });
  }
  if (request.method !== "POST" || (!isSingle && pathname !== BATCH_PATH)) {
    return Response.json({ message: "Not found" }, { status: 404 });
  }
  try {
    const identity = await identifyCaller(services, request);
    if (isSingle) await sendSingle(services, { identity, request });
    else await sendBatch(services, { identity, request });
    return new Response(null, { status: 202 });
  } catch (error) {
    if (error instanceof RequestError) return Response.json(error.body, { status: error.status });
    throw error;
  }
}

async function identifyCaller(services: Services, request: Request): Promise<Identity> {
  const bearer = request.headers.get("authorization")?.match(/^Bearer\s+(.+)$/i)?.[1];
  const token = bearer ?? request.headers.get("apikey");
  if (!token) throw new RequestError(401, { message: "Unauthorized" });
  return await identify(token, services.identity).catch((error) => {
    throw error instanceof TokenError ? new RequestError(401, { message: "Unauthorized" }) : error;
  });
}

interface Sending {
  identity: Identity;
  request: Request;
}

async function sendSingle(services: Services, { identity, request }: Sending): Promise<void> {
  const message = await readSingle(request, services.limits);
  if (services.counters.messages.isExceeded()) throw tooMany("You have exceeded your rate limit");
  if (message.isPrivate && !await maySend(services, { identity, request, topic: message.topic })) {
    throw new RequestError(403, { message: "Unauthorized" });
  }
  send(services, message);
}

/** A private message that the caller may not send is left out without a word, as on the platform. */
async function sendBatch(services: Services, { identity, request }: Sending): Promise<void> {
  const messages = await readBatch(request, services.limits);
  const { counters } = services;
  if (counters.messages.isExceeded()) throw tooMany("You have exceeded your rate limit");
  if (counters.messages.isExceeded(messages.length)) {
    throw tooMany("Too many messages to broadcast, please reduce the batch size");
  }
  const verdicts = new Map<string, boolean>();
  for (const message of messages) {
    const { topic, isPrivate } = message;
    if (isPrivate && !verdicts.has(topic)) {
      verdicts.set(topic, await maySend(services, { identity, request, topic }));
    }
    if (!isPrivate || verdicts.get(topic)) send(services, message);
  }
}

function send({ topics }: Services, { topic, isPrivate, broadcast }: OutgoingBroadcast): void {
  topics.broadcast({ topic, isPrivate }, broadcast);
}

async function maySend(
  { database }: Services,
  { identity, request, topic }: Sending & { topic: string },
): Promise<boolean> {
  if (identity.claims.role === "service_role") return true;
  try {
    await database.connect();
    const headers = Object.fromEntries(request.headers);
    const verdict = await database.judgeWriting({ identity, topic, headers, extensions: ["broadcast"] });
    return verdict.broadcast === true;
  } catch (error) {
    const message = error instanceof PolicyError ? "RLS policy error" : "Tenant database unavailable";
    throw new RequestError(422, { message });
  }
}

function tooMany(message: string): RequestError {
  return new RequestError(429, { message });
}
