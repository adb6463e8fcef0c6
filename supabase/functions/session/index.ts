/** The session function: wires the parts together and serves WebSockets. No logic lives here. */
import { createClient } from "@supabase/supabase-js";
import { serveKick, type ServeKickPorts } from "../_shared/auth/serve-kick.ts";
import { createSupabaseVerifyToken } from "../_shared/auth/supabase-verify-token.ts";
import { Backlog } from "../_shared/connection/backlog.ts";
import { ConnectionLimit } from "../_shared/connection/connection-limit.ts";
import { createByobFetch } from "../_shared/model/byob-fetch.ts";
import { createLanguageModel } from "../_shared/model/create-language-model.ts";
import { createSupabaseBroadcaster } from "../_shared/realtime/supabase-broadcaster.ts";
import { onWorkerEvent, waitUntil } from "../_shared/runtime/edge-runtime.ts";
import { readSupabaseEnvironment } from "../_shared/runtime/environment.ts";
import { serveConnection } from "../_shared/runtime/serve-connection.ts";
import { systemClock as clock } from "../_shared/runtime/system-clock.ts";
import { leaveAtDeadline, readWorkerLifeMs } from "../_shared/runtime/worker-deadline.ts";
import { AppendLane } from "../_shared/session/append-lane.ts";
import { BroadcastLane } from "../_shared/session/broadcast-lane.ts";
import { Worker } from "../_shared/session/worker.ts";
import { createSupabaseSessionStore } from "../_shared/store/supabase-session-store.ts";
import { TOOLS } from "../_shared/tools/registry.ts";
import { createSupabaseUserDatabase } from "../_shared/tools/supabase-user-database.ts";

/** Where the database asks for a worker (K14). */
const WAKE_PATH = "/session/wake";
/** Enough for every tab of a person. */
const MAX_CONNECTIONS_PER_USER = 50;

const readVariable = (name: string) => Deno.env.get(name);
const { url, publishableKey, secretKey, jwks } = readSupabaseEnvironment(
  readVariable,
);
const admin = createClient(url, secretKey, {
  auth: { persistSession: false, autoRefreshToken: false },
});
const createId = () => crypto.randomUUID();
const workerId = createId();
const store = createSupabaseSessionStore(admin);

const worker = new Worker({
  store,
  lane: new AppendLane({ store, workerId, clock }),
  broadcastLane: new BroadcastLane({ broadcaster: createSupabaseBroadcaster({ url, secretKey }), clock }),
  model: createLanguageModel(readVariable, { fetch: createByobFetch() }),
  tools: TOOLS,
  clock,
  workerId,
  createId,
  waitUntil,
  openUserDatabase: (accessToken) => createSupabaseUserDatabase({ url, publishableKey, accessToken }),
});
onWorkerEvent("drain", () => worker.drain());
onWorkerEvent("beforeunload", () => worker.leave());
leaveAtDeadline(readWorkerLifeMs(readVariable), { clock, leave: () => waitUntil(worker.leave()) });

const verifyToken = createSupabaseVerifyToken({
  auth: admin.auth,
  jwks,
  now: clock.now,
});
const connectionLimit = new ConnectionLimit(MAX_CONNECTIONS_PER_USER);
const backlog = new Backlog({ clock });
const ports = { worker, connectionLimit, backlog, verifyToken, clock, createId, waitUntil };

const wake: ServeKickPorts = {
  event: "wake",
  secret: { variable: "WAKE_SECRET", value: readVariable("WAKE_SECRET") },
  work: (sessionId) => worker.wake(sessionId),
  waitUntil,
  log: (event, facts) => console.log(JSON.stringify({ event, ...facts })),
};

Deno.serve((request) =>
  new URL(request.url).pathname === WAKE_PATH ? serveKick(request, wake) : serveConnection(request, ports)
);
